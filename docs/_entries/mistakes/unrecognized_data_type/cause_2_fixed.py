import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((3, 1)), layers.LSTM(4), layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(np.zeros((2, 3, 1)), np.array([1, 2]), verbose=0)
print(np.array([1, 2]).shape)
