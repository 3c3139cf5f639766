import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x, y = rng.normal(size=(6, 5, 2)), np.array([0.2, 0.9, 1.4, 0.1, 1.9, 0.7])
model = keras.Sequential([keras.Input((5, 2)), layers.LSTM(4), layers.Dense(1)])
model.compile("adam", "mse")
print(
    "loss:",
    model.evaluate(x, y, verbose=0),
    "and for whole numbers:",
    model.evaluate(x, np.floor(y), verbose=0),
)
