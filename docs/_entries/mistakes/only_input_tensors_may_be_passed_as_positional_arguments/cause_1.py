from keras import layers

x = [[[1.0], [2.0]]]
out = layers.LSTM(2)(x)
