from keras import layers

layer = layers.RNN(layers.LSTMCell)
