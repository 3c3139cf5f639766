import numpy as np
from keras import layers

layer = layers.GRU(4, reset_after=False)
layer.build((None, 5, 3))
layer.set_weights([np.zeros((3, 12)), np.zeros((4, 12)), np.zeros(12)])
print(layer.count_params())
