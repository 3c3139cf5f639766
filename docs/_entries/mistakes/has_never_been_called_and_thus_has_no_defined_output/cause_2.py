from keras import layers

layer = layers.LSTM(4)
out = layer.output
