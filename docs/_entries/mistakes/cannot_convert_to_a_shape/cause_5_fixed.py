import keras

x = keras.Input((10, 3))
print(x.shape)
