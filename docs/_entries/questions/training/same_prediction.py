import keras
import numpy as np

rng = np.random.default_rng(0)
x = rng.uniform(1000, 2000, size=(100, 10, 3)).astype("float32")
lstm = keras.layers.LSTM(8)
scaled = (x - x.mean(axis=(0, 1))) / x.std(axis=(0, 1))
print(
    "values of h that differ between samples, as it is:",
    int((np.std(lstm(x), axis=0) > 1e-3).sum()),
    "of 8",
)
print(
    "values of h that differ between samples, scaled:  ",
    int((np.std(lstm(scaled), axis=0) > 1e-3).sum()),
    "of 8",
)
