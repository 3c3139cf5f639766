import numpy as np
from keras import layers

h = layers.LSTM(4, return_sequences=True)(np.ones((8, 5, 3), "float32"))
dense = layers.Dense(2)
plain, wrapped = dense(h), layers.TimeDistributed(dense)(h)
print(
    "plain",
    plain.shape,
    "wrapped",
    wrapped.shape,
    "the same numbers:",
    np.allclose(plain, wrapped, atol=1e-6),
)
verdict = "does not hold" if np.allclose(plain, wrapped, atol=1e-6) else "holds"
