import keras
from keras import layers

inputs = keras.Input((10, 3))
out = layers.TimeDistributed(layers.Dense(4))(inputs)
print(out.shape)
