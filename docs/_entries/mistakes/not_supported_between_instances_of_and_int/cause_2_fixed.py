from keras import layers

units = "8"
layer = layers.LSTM(int(units))
print(layer.units)
