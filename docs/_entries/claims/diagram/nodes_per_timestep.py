import keras
import numpy as np
from keras import layers

import unrolled

shapes = {}
for timesteps in (3, 50, 500):
    layer = layers.LSTM(4)
    output = layer(np.ones((1, timesteps, 2), "float32"))
    shapes[timesteps] = output.shape[1], layer.count_params()
    print(timesteps, "timesteps:", output.shape[1], "units,", layer.count_params(), "weights")
diagram = unrolled.draw(keras.Sequential([keras.Input((5, 2)), layers.LSTM(3)]))
verdict = "does not hold" if len(set(shapes.values())) == 1 else "holds"
