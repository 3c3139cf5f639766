import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x, y = rng.normal(size=(20, 5, 2)), rng.uniform(size=(20, 1)).astype("float32")
model = keras.Sequential([keras.Input((5, 2)), layers.GRU(4), layers.Dense(1)])
model.compile("adam", "mse")
print("labels:", len(np.unique(y)), "loss:", model.evaluate(x, y, verbose=0))
