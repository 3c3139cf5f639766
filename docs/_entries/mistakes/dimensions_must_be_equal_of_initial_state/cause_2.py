import keras
import numpy as np
from keras import layers

x, d = keras.Input((10, 8)), keras.Input((5, 8))
h = layers.GRU(4, return_sequences=True)(x)
out = layers.GRU(4)(d, initial_state=h)
model = keras.Model([x, d], out)
model.predict([np.zeros((2, 10, 8)), np.zeros((2, 5, 8))], verbose=0)
