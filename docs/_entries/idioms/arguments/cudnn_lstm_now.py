from keras import layers

print(layers.LSTM(4).use_cudnn)
