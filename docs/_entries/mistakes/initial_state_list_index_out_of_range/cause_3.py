import keras
import numpy as np
from keras import layers

x, s = keras.Input((10, 8)), keras.Input((4,))
cells = [layers.LSTMCell(4), layers.LSTMCell(4)]
out = layers.RNN(cells)(x, initial_state=[s, s, s, s])
model = keras.Model([x, s], out)
model.predict([np.zeros((2, 10, 8)), np.zeros((2, 4))], verbose=0)
