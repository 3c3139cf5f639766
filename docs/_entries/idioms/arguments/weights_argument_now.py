import numpy as np
from keras import layers

layer = layers.LSTM(4)
layer.build((None, 10, 3))
layer.set_weights([np.ones((3, 16)), np.ones((4, 16)), np.ones(16)])
print([w.shape for w in layer.get_weights()])
