from keras import layers

layer = layers.RNN(layers.LSTMCell(4))
print(layer.state_size)
