from keras import layers

layer = layers.Bidirectional(layers.LSTM(4))
print(layer.name)
