import keras

x = keras.Input(10)
