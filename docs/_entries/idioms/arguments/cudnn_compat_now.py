from keras import layers

layers.LSTM(4)
