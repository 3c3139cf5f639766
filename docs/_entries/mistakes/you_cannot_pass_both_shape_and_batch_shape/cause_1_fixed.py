import keras

x = keras.Input(batch_shape=(2, 5, 1))
print(x.shape)
