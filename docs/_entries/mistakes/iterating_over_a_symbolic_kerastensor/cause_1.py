import keras
from keras import layers

inputs = keras.Input((10, 8))
out, h, c = layers.LSTM(4)(inputs)
