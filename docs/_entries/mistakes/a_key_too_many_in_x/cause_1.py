import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
past, known = keras.Input((5, 1), name="past"), keras.Input((5, 1), name="known")
h = layers.Concatenate()([layers.LSTM(2)(past), layers.LSTM(2)(known)])
model = keras.Model({"past": past, "known": known}, layers.Dense(1)(h))

rng = np.random.default_rng(0)
x = {"past": rng.normal(size=(3, 5, 1)), "known": rng.normal(size=(3, 5, 1))}
right = model.predict(x, verbose=0)
x["hour"] = np.arange(15.0).reshape(3, 5, 1)
print("the same predictions:", np.allclose(model.predict(x, verbose=0), right))
