from keras import layers

layer = layers.Bidirectional(layers.TimeDistributed(layers.LSTM(4)))
