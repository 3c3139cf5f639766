import keras
from keras import layers

query, value = keras.Input((5, 3)), keras.Input((6, 4))
scores = layers.Dot(axes=(2, 2))([query, value])
