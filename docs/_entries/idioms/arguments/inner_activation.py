from keras import layers

layers.LSTM(4, inner_activation="sigmoid")
