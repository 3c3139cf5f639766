import keras

x = keras.Input((None, 3))
print(x.shape)
