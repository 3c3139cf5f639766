import keras
from keras import layers

layer = layers.Dense(2)
a = layer(keras.Input((5, 3)))
b = layers.Dense(2)(keras.Input((5, 4)))
print(b.shape)
