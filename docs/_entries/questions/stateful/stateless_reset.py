import keras
import numpy as np

model = keras.Sequential([keras.Input((3, 1)), keras.layers.LSTM(4), keras.layers.Dense(1)])
x = np.random.default_rng(0).normal(size=(8, 3, 1))
first = model.predict(x, verbose=0)
again = model.predict(x, verbose=0)
turned = model.predict(x[::-1], batch_size=3, verbose=0)[::-1]
print(
    "called again:",
    np.array_equal(first, again),
    " in another order:",
    np.allclose(first, turned, atol=1e-6),
)
