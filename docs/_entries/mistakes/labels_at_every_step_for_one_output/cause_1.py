import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x, y = rng.normal(size=(8, 5, 2)), rng.normal(size=(8, 5))
model = keras.Sequential([keras.Input((5, 2)), layers.LSTM(4), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, y, verbose=0)
print(model.output_shape, y.shape)
