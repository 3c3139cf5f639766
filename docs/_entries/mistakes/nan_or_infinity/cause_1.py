import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x, y = rng.normal(size=(8, 5, 2)), rng.normal(size=(8, 1))
x[3, 2, 0] = np.nan
model = keras.Sequential([keras.Input((5, 2)), layers.SimpleRNN(4), layers.Dense(1)])
model.compile("sgd", "mse")
print("loss:", model.train_on_batch(x, y))
print(
    "weights that are NaN:",
    int(np.isnan(model.get_weights()[0]).sum()),
    "of",
    model.get_weights()[0].size,
)
