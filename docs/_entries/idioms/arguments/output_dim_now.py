from keras import layers

print(layers.LSTM(units=4).units)
