from keras import layers

layers.CuDNNLSTM(4)
