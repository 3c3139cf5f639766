import numpy as np
from keras import layers

units = np.int64(4)
layer = layers.GRU(int(units))
print(layer.units)
