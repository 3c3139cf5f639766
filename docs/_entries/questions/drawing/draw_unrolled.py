import keras
import numpy as np

import unrolled

model = keras.Sequential(
    [keras.Input((4, 2)), keras.layers.LSTM(3, return_sequences=True), keras.layers.Dense(1)]
)
x = np.random.default_rng(0).normal(size=(2, 4, 2))
print(unrolled.draw(model, x).words().split("\\n")[0])
