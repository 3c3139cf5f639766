import keras
import numpy as np

import unrolled

x, y = np.zeros((64, 20, 4)), np.random.default_rng(0).normal(size=(64, 1))
model = keras.Sequential(
    [keras.Input((20, 4)), keras.layers.LSTM(8, return_sequences=True), keras.layers.Dense(1)]
)
model.compile("adam", "mse")
model.fit(x, y, verbose=0)
print("trained without an error")
print(unrolled.check(model, x, y, loss="mse"))
