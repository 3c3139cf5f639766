import keras

x = keras.Input((10, 1))
print(x.shape)
