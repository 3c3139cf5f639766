import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x = rng.normal(size=(5, 1))
model = keras.Sequential([keras.Input((5, 1)), layers.LSTM(4), layers.Dense(1)])
print(model.predict(x, verbose=0).shape)
