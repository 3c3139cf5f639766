import keras
from keras import layers

x = keras.Input((5, 4))
out = layers.MultiHeadAttention(2, 4)(x)
