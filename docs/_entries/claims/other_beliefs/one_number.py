import numpy as np
from keras import layers

h = layers.LSTM(4)(np.ones((8, 5, 3), "float32"))
print("LSTM(4)", h.shape, "then Dense(1)", layers.Dense(1)(h).shape)
verdict = "holds" if h.shape == (8, 1) else "does not hold"
