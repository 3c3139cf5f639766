import keras
import numpy as np

x = 1000 * np.random.default_rng(0).normal(size=(500, 5, 2)).astype("float32")
h = keras.layers.LSTM(8)(x)
y = keras.layers.Dense(1, bias_initializer=keras.initializers.Constant(50))(h)
print("h    ", h.shape, "all within -1 and 1:", bool(np.abs(h).max() <= 1))
print("Dense", y.shape, "all within -1 and 1:", bool(np.abs(y).max() <= 1))
