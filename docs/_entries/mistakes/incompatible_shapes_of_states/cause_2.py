import numpy as np
from keras import layers

x, h = np.zeros((2, 5, 3), "float32"), np.zeros((2, 4), "float32")
out, states = layers.LSTMCell(4)(x, [h, h])
