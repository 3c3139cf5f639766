import keras
from keras import layers

x = keras.Input((3, 1))
lstm = layers.LSTM(4)(x)
out = lstm(x)
