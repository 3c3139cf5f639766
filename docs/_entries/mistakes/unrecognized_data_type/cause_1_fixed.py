import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((3, 1)), layers.LSTM(4), layers.Dense(1)])
model.compile("sgd", "mse")
x, y = [[[1], [2], [3]], [[4], [5], [6]]], [1, 2]
model.fit(np.array(x), np.array(y), verbose=0)
print(np.array(x).shape)
