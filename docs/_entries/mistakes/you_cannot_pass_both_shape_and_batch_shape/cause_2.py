import keras

x = keras.Input(batch_size=2, batch_shape=(2, 5, 1))
