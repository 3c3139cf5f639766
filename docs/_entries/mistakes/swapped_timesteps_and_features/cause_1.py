import keras
import numpy as np
from keras import layers

rng = np.random.default_rng(0)
x = rng.normal(size=(8, 2, 5))
model = keras.Sequential(
    [keras.Input((5, 2)), layers.Reshape((10, 1)), layers.GRU(4), layers.Dense(1)]
)
print("the first two steps in one sample:", x[0, 0, :2].round(2))
print(
    "what the model reads there:",
    model.layers[0](x)[0, :2, 0].numpy().round(2),
    model.predict(x, verbose=0).shape,
)
