from keras import layers

layer = layers.Bidirectional(layers.LSTM(4), merge_mode="ave")
print(layer.merge_mode)
