from keras import layers

layer = layers.Bidirectional(layers.Bidirectional(layers.LSTM(4)))
