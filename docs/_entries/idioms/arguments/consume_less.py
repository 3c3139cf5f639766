from keras import layers

layers.LSTM(4, consume_less="gpu")
