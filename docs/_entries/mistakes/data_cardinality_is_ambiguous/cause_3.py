import keras
import numpy as np
from keras import layers

a, b = keras.Input((5, 1)), keras.Input((3,))
model = keras.Model([a, b], layers.Concatenate()([layers.LSTM(2)(a), b]))
model.predict([np.zeros((4, 5, 1)), np.zeros((5, 3))], verbose=0)
