import keras
import numpy as np
from keras import layers

import unrolled

series = np.sin(np.arange(40) / 3)
x = unrolled.windows(series, 5, horizon=0)
model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
print(
    "y is the last step of x:", bool(np.all(x.x[:, -1] == x.y)), model.predict(x.x, verbose=0).shape
)
