import keras
from keras import layers

block = [layers.LSTM(3, return_sequences=True), layers.LSTM(3)]
model = keras.Sequential([keras.Input((4, 3)), block])
