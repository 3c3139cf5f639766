import keras
from keras import layers

x, h = keras.Input((3, 2)), keras.Input((4,))
out = layers.GRU(4)(x, states=h)
