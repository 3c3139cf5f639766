import keras
from keras import layers

x = keras.Input((5, 3))
out = x + layers.LSTM(4, return_sequences=True)(x)
