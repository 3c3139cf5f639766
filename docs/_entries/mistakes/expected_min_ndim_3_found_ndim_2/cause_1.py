import keras
from keras import layers

model = keras.Sequential([keras.Input((28, 3)), layers.LSTM(4), layers.Conv1D(8, 3)])
