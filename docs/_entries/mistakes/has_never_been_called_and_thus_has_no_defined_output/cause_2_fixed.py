import keras
from keras import layers

layer = layers.LSTM(4)
out = layer(keras.Input((10, 3)))
print(out.shape)
