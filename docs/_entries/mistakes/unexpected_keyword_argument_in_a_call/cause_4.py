import numpy as np
from keras import layers

x, mask = np.zeros((2, 5, 3), "float32"), np.ones((2, 5), bool)
out = layers.Dense(4)(x, mask=mask)
