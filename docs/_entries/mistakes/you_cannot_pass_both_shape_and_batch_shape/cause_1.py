import keras

x = keras.Input((5, 1), batch_shape=(2, 5, 1))
