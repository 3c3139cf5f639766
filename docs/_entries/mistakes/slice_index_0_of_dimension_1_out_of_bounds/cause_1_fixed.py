import numpy as np
from keras import layers

x = np.zeros((2, 10, 3), "float32")[:, 5:]
out = layers.GRU(4)(x)
print(out.shape)
