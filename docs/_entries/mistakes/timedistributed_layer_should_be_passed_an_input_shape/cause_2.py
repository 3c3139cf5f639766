import keras
from keras import layers

a, b = keras.Input((4, 3)), keras.Input((4, 3))
out = layers.TimeDistributed(layers.Dense(3))([a, b])
