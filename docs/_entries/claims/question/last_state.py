import numpy as np
from keras import layers

x = np.random.default_rng(0).normal(size=(4, 3, 2)).astype("float32")
last, h, c = layers.LSTM(5, return_state=True)(x)
every = layers.LSTM(5, return_sequences=True)(x)
print(
    "False",
    last.shape,
    "is the last h:",
    np.array_equal(last, h),
    "is the last c:",
    np.array_equal(last, c),
)
print("True ", every.shape)
right = last.shape == (4, 5) and np.array_equal(last, h) and every.shape == (4, 3, 5)
verdict = "holds" if right else "does not hold"
