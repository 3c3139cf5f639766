from keras import layers

layer = layers.RNN([layers.GRUCell(4), layers.LSTMCell(4)], stateful=True)
layer.build((1, 10, 7))
layer.reset_state()
