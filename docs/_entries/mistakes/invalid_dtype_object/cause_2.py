import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
model.compile("adam", "mse")
x, y = np.zeros((3, 5, 1)), np.array([0.1, None, 0.3])
model.fit(x, y, verbose=0)
