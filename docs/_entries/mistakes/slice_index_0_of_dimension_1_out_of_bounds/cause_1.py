import numpy as np
from keras import layers

x = np.zeros((2, 10, 3), "float32")[:, 10:]
out = layers.GRU(4)(x)
