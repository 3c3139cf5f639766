import numpy as np
from keras import layers

sequence = np.zeros((2, 5, 4), "float32")
mask = np.array([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]], bool)
out = layers.Attention()([sequence, sequence], mask=[None, mask])
print(out.shape)
