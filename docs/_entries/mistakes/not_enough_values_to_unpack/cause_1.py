import keras
from keras import layers

inputs = keras.Input((10, 8))
out, h, c = layers.GRU(4, return_state=True)(inputs)
