import numpy as np
from keras import layers

print(layers.concatenate([np.ones((1, 2)), np.ones((1, 3))]).shape)
