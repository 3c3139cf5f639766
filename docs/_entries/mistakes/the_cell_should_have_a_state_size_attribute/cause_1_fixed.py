from keras import layers

layer = layers.RNN(layers.SimpleRNNCell(4))
print(layer.state_size)
