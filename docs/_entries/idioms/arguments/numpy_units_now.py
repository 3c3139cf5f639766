import numpy as np
from keras import layers

units = np.array([4])[0]
print(layers.GRU(int(units)).units, layers.LSTM(units).units)
