from keras.layers import Layer

print(Layer.__name__)
