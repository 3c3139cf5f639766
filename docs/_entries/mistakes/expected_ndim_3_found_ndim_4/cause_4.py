import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 8, 8, 1)), layers.ConvLSTM2D(2, 3), layers.LSTM(8)])
