from keras import layers

layer = layers.Bidirectional(layers.LSTM(4), backward_layer=True)
