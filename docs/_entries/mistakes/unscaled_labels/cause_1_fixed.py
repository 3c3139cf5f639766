import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
x = np.random.default_rng(0).normal(size=(64, 5, 1))
y = 5000 + 500 * x.mean(axis=(1, 2))
mean, std = y.mean(), y.std()
y = (y - mean) / std
model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(8), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, epochs=20, verbose=0)
print("labels", int(mean), "predictions", (model.predict(x, verbose=0) * std + mean).mean().round())
