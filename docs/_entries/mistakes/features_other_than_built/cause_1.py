import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x = rng.normal(size=(8, 10, 4))
model = keras.Sequential(
    [keras.Input((10, 2)), layers.Reshape((-1, 1)), layers.LSTM(4), layers.Dense(1)]
)
print("timesteps meant:", 10 * 2, "run:", model.layers[0](x).shape[1])
