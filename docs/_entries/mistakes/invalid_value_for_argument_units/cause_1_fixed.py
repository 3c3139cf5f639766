from keras import layers

features = 1
layer = layers.LSTM(max(1, features // 2))
print(layer.units)
