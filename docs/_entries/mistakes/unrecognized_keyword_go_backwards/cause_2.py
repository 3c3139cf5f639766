from keras import layers

layer = layers.Bidirectional(layers.LSTMCell(4))
