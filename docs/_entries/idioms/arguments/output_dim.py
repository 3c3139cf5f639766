from keras import layers

layers.LSTM(output_dim=4)
