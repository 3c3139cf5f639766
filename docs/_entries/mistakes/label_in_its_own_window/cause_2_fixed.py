import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
table = rng.normal(size=(20, 5, 3))
x, y = np.delete(table, 2, axis=2), table[:, :, 2]
model = keras.Sequential(
    [keras.Input((5, 2)), layers.LSTM(4, return_sequences=True), layers.Dense(1)]
)
print(
    "y is a feature of x:",
    bool(np.any(np.all(x == y[..., np.newaxis], axis=(0, 1)))),
    model.predict(x, verbose=0).shape,
)
