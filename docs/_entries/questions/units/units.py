import keras
import numpy as np

model = keras.Sequential([keras.Input((4, 2)), keras.layers.LSTM(3, return_state=True)])
x = np.random.default_rng(0).normal(size=(2, 4, 2))
output, h, c = model(x)
print("output", output.shape, " h", h.shape, " c", c.shape)
model = keras.Sequential([keras.Input((4, 2)), keras.layers.LSTM(3)])
