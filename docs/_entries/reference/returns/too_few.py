import keras

x = keras.Input((3, 5))
out, h, c = keras.layers.LSTM(4, return_sequences=True)(x)
