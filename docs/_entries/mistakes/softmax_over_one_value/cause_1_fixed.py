import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x, y = rng.normal(size=(6, 5, 2)), np.array([0, 1, 1, 0, 1, 0])
model = keras.Sequential(
    [keras.Input((5, 2)), layers.LSTM(4), layers.Dense(1, activation="sigmoid")]
)
model.compile("adam", "binary_crossentropy")
print(model.predict(x, verbose=0).ravel())
