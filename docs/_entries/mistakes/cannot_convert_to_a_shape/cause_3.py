import keras
from keras import layers

units = 16 / 4
out = layers.LSTM(units)(keras.Input((3, 2)))
