import keras
from keras import layers

x = keras.Input((3, 1))
out = layers.LSTM(4)(x)
print(out.shape)
