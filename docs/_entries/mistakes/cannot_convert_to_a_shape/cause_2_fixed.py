import keras

x = keras.Input((10 // 2, 3))
print(x.shape)
