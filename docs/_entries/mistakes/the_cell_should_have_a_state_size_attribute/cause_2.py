from keras import layers

layer = layers.RNN(4)
