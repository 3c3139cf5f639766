import keras
import numpy as np
from keras import layers

series = np.sin(np.arange(40) / 3)
x = np.array([series[i : i + 5] for i in range(30)])[..., np.newaxis]
y = np.array([series[i + 4] for i in range(30)])
model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
print("y is the last step of x:", bool(np.all(x[:, -1, 0] == y)), model.predict(x, verbose=0).shape)
