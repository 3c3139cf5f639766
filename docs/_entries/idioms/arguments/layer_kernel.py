from keras import layers

layer = layers.LSTM(4)
layer.build((None, 10, 3))
layer.kernel
