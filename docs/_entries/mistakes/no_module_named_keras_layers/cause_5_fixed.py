from keras.layers import TextVectorization

print(TextVectorization(vocabulary=["cat"])(["a cat"]))
