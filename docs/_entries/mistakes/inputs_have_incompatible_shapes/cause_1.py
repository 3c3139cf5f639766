import keras
from keras import layers

x = keras.Input((5, 3))
out = layers.Add()([x, layers.LSTM(4, return_sequences=True)(x)])
