import keras
from keras import layers

inputs = keras.Input((10, 3))
x, h = layers.GRU(8, return_sequences=True, return_state=True)(inputs)
out = layers.GRU(4)(x)
print(out.shape)
