import keras
from keras import layers

x = keras.Input((5, 3))
both = keras.ops.concatenate([layers.LSTM(4)(x), layers.GRU(4)(x)], axis=-1)
print(both.shape)
