import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x, y = rng.normal(size=(20, 5, 2)), rng.uniform(20, 30, size=(20, 1))
model = keras.Sequential(
    [keras.Input((5, 2)), layers.LSTM(4), layers.Dense(1, activation="sigmoid")]
)
model.compile("adam", "mse")
print("largest label:", y.max().round(1), "the loss is at least:", np.square(y - 1).mean().round(1))
print("loss:", round(model.evaluate(x, y, verbose=0), 1))
