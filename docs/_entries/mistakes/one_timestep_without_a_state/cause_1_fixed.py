import keras
import numpy as np
from keras import layers

import unrolled

series = np.sin(np.arange(40) / 3)
windows = unrolled.windows(series, timesteps=10)
x, y = windows.x, windows.y
layer = layers.LSTM(4)
model = keras.Sequential([keras.Input((None, 1)), layer, layers.Dense(1)])
before = model.predict(x, verbose=0)
layer.cell.recurrent_kernel.assign(np.random.default_rng(0).normal(size=(4, 16)))
print(
    "change of the outputs with other recurrent weights:",
    np.abs(model.predict(x, verbose=0) - before).max(),
)
