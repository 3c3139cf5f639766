import numpy as np
from keras import layers

x = np.zeros(5, "float32")
out = layers.Dense(3)(x[None])
print(out.shape)
