import numpy as np
from keras import layers

layer = layers.GRU(4, stateful=True)
layer.build((2, 10, 7))
layer.reset_states([np.ones((2, 4))])
