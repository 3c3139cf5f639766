import keras
import numpy as np
from keras import layers

x = np.zeros((2, 4, 3))
model = keras.Model(x, layers.LSTM(4)(x))
