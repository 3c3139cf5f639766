import keras
from keras import layers

model = keras.Sequential([keras.Input((1, 3)), layers.MaxPooling1D(2), layers.LSTM(8)])
