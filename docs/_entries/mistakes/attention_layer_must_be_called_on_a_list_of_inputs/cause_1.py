import keras
from keras import layers

x = layers.LSTM(4, return_sequences=True)(keras.Input((5, 3)))
out = layers.Attention()(x)
