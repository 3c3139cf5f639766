import keras
from keras import layers

a, b = keras.Input((5, 3)), keras.Input((5, 3))
out = layers.Concatenate()(a, b)
