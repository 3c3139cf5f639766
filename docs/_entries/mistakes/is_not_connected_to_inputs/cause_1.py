import keras
from keras import layers

x = keras.Input((4, 3))
out = layers.LSTM(4)(x)
x = keras.Input((4, 3))
model = keras.Model(x, out)
