import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x, y = rng.normal(size=(20, 5, 2)), rng.integers(1, 3, size=(20, 1)) - 1
model = keras.Sequential(
    [keras.Input((5, 2)), layers.LSTM(4), layers.Dense(1, activation="sigmoid")]
)
model.compile("adam", "binary_crossentropy")
print("labels:", np.unique(y), "loss:", round(model.evaluate(x, y, verbose=0), 3))
