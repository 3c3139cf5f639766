import keras
from keras import layers

a, b = keras.Input((5, 3)), keras.Input((6, 3))
out = layers.Concatenate(axis=1)([a, b])
print(out.shape)
