import numpy as np
from keras import layers

print(layers.LSTM(4)(np.ones((1, 5, 3))).shape)
