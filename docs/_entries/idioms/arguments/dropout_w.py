from keras import layers

layers.LSTM(4, dropout_W=0.2, dropout_U=0.2)
