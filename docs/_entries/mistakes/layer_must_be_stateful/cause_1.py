from keras import layers

layer = layers.Bidirectional(layers.LSTM(4))
layer.reset_state()
