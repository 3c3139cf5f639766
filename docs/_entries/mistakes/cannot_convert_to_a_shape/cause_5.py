import keras

x = keras.Input(((10, 3),))
