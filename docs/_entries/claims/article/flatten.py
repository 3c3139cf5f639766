import numpy as np
from keras import layers

x = np.arange(24, dtype="float32").reshape(2, 4, 3)
flat = np.array(layers.Flatten()(x))
print(x.shape, "->", flat.shape)
verdict = "holds" if np.array_equal(flat, x.reshape(2, 12)) else "does not hold"
