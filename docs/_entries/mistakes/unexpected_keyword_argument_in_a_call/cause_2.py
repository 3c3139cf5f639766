import keras
from keras import layers

x = keras.Input((3, 2))
out = layers.LSTM(4)(x, return_sequences=True)
