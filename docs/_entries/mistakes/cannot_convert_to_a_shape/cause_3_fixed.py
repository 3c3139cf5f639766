import keras
from keras import layers

units = 16 / 4
out = layers.LSTM(int(units))(keras.Input((3, 2)))
print(out.shape)
