import numpy as np
from keras import layers

units = np.array([4])[0]
layers.GRU(units)
