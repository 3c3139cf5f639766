from keras import layers

layer = layers.LSTM(4, activation="tanh")
print(layer.activation.__name__)
