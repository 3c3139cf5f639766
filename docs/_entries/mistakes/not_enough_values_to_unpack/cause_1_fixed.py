import keras
from keras import layers

inputs = keras.Input((10, 8))
out, h = layers.GRU(4, return_state=True)(inputs)
print(out.shape, h.shape)
