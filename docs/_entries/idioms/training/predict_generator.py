import keras
import numpy as np
from keras import layers

model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
model.compile("adam", "mse")
x, y = np.zeros((8, 5, 1)), np.zeros((8, 1))
model.predict_generator(((x,) for _ in range(4)), steps=1)
