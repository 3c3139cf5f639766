import keras
import numpy as np
from keras import layers

import unrolled

x = np.random.default_rng(0).normal(size=(5, 1, 2)).astype("float32")
model = keras.Sequential([keras.Input((1, 2)), layers.LSTM(3)])
before = model.predict(x, verbose=0)
kernel, recurrent, bias = model.get_weights()
model.set_weights([kernel, np.random.default_rng(1).normal(size=recurrent.shape), bias])
after = model.predict(x, verbose=0)
print("another recurrent kernel, the same outputs:", np.allclose(before, after, atol=1e-6))
diagram = unrolled.draw(model, x)
verdict = "does not hold" if np.allclose(before, after, atol=1e-6) else "holds"
