import keras
from keras import layers

x, h, c = keras.Input((10, 8)), keras.Input((4,)), keras.Input((4,))
out = layers.LSTM(4)(x, initial_state=[h, c])
print(out.shape)
