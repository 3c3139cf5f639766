from keras import layers

features = 1
layer = layers.LSTM(features // 2)
