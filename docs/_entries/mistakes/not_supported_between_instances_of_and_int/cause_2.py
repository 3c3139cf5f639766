from keras import layers

units = "8"
layer = layers.LSTM(units)
