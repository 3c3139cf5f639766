import keras
import numpy as np
from keras import layers

import unrolled

series = np.sin(np.arange(60) / 3)
windows = unrolled.windows(series, timesteps=10)
x, y = windows.x, windows.y
model = keras.Sequential([keras.Input((None, 1)), layers.SimpleRNN(4), layers.Dense(1)])
model.compile("sgd", "mse")
print(x.shape, list(model.fit(x, y, validation_split=0.2, verbose=0).history))
