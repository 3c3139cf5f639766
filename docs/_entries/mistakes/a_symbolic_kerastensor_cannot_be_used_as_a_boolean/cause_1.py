import keras
from keras import layers

x = keras.Input((3, 1))
out = layers.LSTM(x)
