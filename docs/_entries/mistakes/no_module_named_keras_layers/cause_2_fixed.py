from keras.layers import Bidirectional

print(Bidirectional.__name__)
