import keras

x = keras.Input((-1, 3))
