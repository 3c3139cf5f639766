from keras import layers

layer = layers.TimeDistributed(layers.Bidirectional(layers.LSTM(4)))
print(layer.name)
