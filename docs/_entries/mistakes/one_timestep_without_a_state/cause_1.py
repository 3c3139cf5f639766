import keras
import numpy as np
from keras import layers

series = np.sin(np.arange(40) / 3)
x, y = series[:-1].reshape(-1, 1, 1), series[1:]
layer = layers.LSTM(4)
model = keras.Sequential([keras.Input((None, 1)), layer, layers.Dense(1)])
before = model.predict(x, verbose=0)
layer.cell.recurrent_kernel.assign(np.random.default_rng(0).normal(size=(4, 16)))
print(
    "change of the outputs with other recurrent weights:",
    np.abs(model.predict(x, verbose=0) - before).max(),
)
