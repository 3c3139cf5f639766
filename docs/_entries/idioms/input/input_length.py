from keras import layers

layers.LSTM(4, input_length=10, input_dim=3)
