import keras
import numpy as np

import unrolled

model = keras.Sequential([keras.Input((5, 2)), keras.layers.LSTM(3, name="lstm")])
x = np.random.default_rng(0).normal(size=(4, 5, 2)).astype("float32")
call = unrolled.trace(model, x)["lstm"]
W, U, b = model.get_weights()
h_before = np.concatenate([np.zeros((4, 1, 3)), call.h[:, :-1]], axis=1)
i, f, c, o = np.split(x @ W + h_before @ U + b, 4, axis=-1)
print("gates", list(call.gates), call.gates["f"].shape)
print("f by hand is equal:", np.allclose(1 / (1 + np.exp(-f)), call.gates["f"], atol=1e-6))
