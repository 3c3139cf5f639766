import keras

layer = keras.layers.RNN([keras.layers.GRUCell(4), keras.layers.LSTMCell(7)], stateful=True)
layer.build((2, 3, 5))
layer.reset_state()
