import keras
from keras import layers

inputs = keras.Input((10, 3))
out = layers.TimeDistributed(4)(inputs)
