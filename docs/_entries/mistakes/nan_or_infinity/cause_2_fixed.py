import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x, y = rng.normal(size=(8, 5, 2)), rng.normal(size=(8, 1))
x[:, :, 1] = 7.0
spread = x.std(axis=(0, 1))
x = (x - x.mean(axis=(0, 1))) / np.where(spread == 0, 1, spread)
model = keras.Sequential([keras.Input((5, 2)), layers.GRU(4), layers.Dense(1)])
model.compile("adam", "mse")
print("loss:", model.evaluate(x, y, verbose=0))
