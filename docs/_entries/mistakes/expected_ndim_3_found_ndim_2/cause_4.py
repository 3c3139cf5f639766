import numpy as np
from keras import layers

x = np.zeros((15, 1), "float32")
out = layers.LSTM(4)(x)
