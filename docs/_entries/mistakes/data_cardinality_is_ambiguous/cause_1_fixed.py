import keras
import numpy as np
from keras import layers

series = np.arange(100.0)
x = np.stack([series[i : i + 5] for i in range(95)])[..., None]
y = series[5:]
model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, y, verbose=0)
print(x.shape, y.shape)
