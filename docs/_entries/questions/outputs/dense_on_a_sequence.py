import keras
import numpy as np

h = np.random.default_rng(0).normal(size=(2, 5, 4)).astype("float32")
dense = keras.layers.Dense(1)
alone, wrapped = dense(h), keras.layers.TimeDistributed(dense)(h)
print(alone.shape, wrapped.shape, "equal:", np.allclose(alone, wrapped, atol=1e-6))
