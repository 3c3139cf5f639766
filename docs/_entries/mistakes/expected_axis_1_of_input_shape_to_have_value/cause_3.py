import keras
from keras import layers

layer = layers.Dense(2)
a = layer(keras.Input((5, 3)))
b = layer(keras.Input((5, 4)))
