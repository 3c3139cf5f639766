from keras import layers

layers.LSTM(4, time_major=False)
