import keras
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.Embedding(10, 4), layers.LSTM(8)])
