import numpy as np
from keras import layers

print(layers.Dense(2)(np.ones((1, 5, 3))).shape)
