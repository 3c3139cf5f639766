import keras
from keras import layers

x = keras.Input((5, 3))
out = layers.LSTMCell(4)(x)
