import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x, y = rng.normal(size=(4, 5, 1)), rng.normal(size=(4, 5, 1))
i = keras.Input((5, 1))
h = layers.SimpleRNN(3, go_backwards=True, return_sequences=True)(i)
model = keras.Model(i, layers.Dense(1)(keras.ops.flip(h, axis=1)))
other = x.copy()
other[:, 0] += 1
changed = np.abs(model.predict(other, verbose=0) - model.predict(x, verbose=0)).max(axis=(0, 2)) > 0
print("the first timestep was changed, and of the outputs:", np.flatnonzero(changed))
