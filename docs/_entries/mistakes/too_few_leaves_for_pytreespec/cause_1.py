import keras
import numpy as np
from keras import layers

x, d = keras.Input((10, 8)), keras.Input((5, 8))
_, fh, fc, bh, bc = layers.Bidirectional(layers.LSTM(4, return_state=True))(x)
out = layers.LSTM(4)(d, initial_state=[fh, fc, bh, bc])
model = keras.Model([x, d], out)
model.predict([np.zeros((2, 10, 8)), np.zeros((2, 5, 8))], verbose=0)
