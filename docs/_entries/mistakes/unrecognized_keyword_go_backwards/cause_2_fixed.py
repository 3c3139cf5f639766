from keras import layers

layer = layers.Bidirectional(layers.RNN(layers.LSTMCell(4)))
print(layer.name)
