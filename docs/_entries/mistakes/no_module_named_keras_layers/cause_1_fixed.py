from keras.layers import LSTM

print(LSTM(4).units)
