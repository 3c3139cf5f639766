import keras
from keras import layers

x = keras.Input((4, 3))
a, b = layers.LSTM(4, name="lstm")(x), layers.LSTM(4, name="lstm")(x)
model = keras.Model(x, [a, b])
