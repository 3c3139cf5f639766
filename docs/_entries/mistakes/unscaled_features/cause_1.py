import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x = rng.uniform(20000, 60000, size=(50, 5, 1))
model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
print("spread of 50 predictions:", model.predict(x, verbose=0).std())
