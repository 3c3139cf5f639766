import keras
import numpy as np
from keras import layers

import unrolled

x = np.ones((2, 4, 3), "float32")
model = keras.Sequential([keras.Input((4, 3)), layers.LSTM(5, name="lstm")])
model.predict(x, verbose=0)
layer = model.get_layer("lstm")
print(
    "layer.states:",
    layer.states,
    "hasattr W_f:",
    hasattr(layer, "W_f"),
    "hasattr kernel:",
    hasattr(layer, "kernel"),
)
lstm = unrolled.trace(model, x)["lstm"]
print("trace: h", lstm.h.shape, "c", lstm.c.shape, "gate f", lstm.gates["f"].shape)
verdict = "holds" if layer.states and hasattr(layer, "W_f") else "does not hold"
