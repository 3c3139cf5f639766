import keras
import numpy as np

model = keras.Sequential([keras.Input((1, 3)), keras.layers.LSTM(4)])
x = np.random.default_rng(0).normal(size=(5, 1, 3))
before = model.predict(x, verbose=0)
kernel, recurrent, bias = model.get_weights()
model.set_weights([kernel, recurrent + 100, bias])
print(
    "same output with another recurrent kernel:",
    np.array_equal(before, model.predict(x, verbose=0)),
)
