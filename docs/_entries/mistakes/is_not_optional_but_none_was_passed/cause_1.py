import keras
import numpy as np
from keras import layers

x, state = keras.Input((5, 1)), keras.Input((2,))
model = keras.Model([x, state], layers.GRU(2)(x, initial_state=state))
out = model([np.zeros((4, 5, 1)), None])
