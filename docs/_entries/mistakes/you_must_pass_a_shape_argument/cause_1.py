import keras

x = keras.Input()
