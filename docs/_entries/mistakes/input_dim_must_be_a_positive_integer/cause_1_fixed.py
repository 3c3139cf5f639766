import numpy as np
from keras import layers

x = np.array([[1, 9, 3], [1, 3, 2]])
layer = layers.Embedding(int(x.max()) + 1, 4)
print(layer(x).shape)
