import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x = rng.normal(size=(8, 10, 3))[..., np.newaxis]
model = keras.Sequential([keras.Input((10, 3)), layers.LSTM(4), layers.Dense(1)])
print(x.shape, model.predict(x, verbose=0).shape)
