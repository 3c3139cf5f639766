import keras
from keras import layers

model = keras.Sequential([keras.Input((2, 3)), layers.Conv1D(8, 3), layers.LSTM(8)])
