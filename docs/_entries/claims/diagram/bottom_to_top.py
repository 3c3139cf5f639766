import keras
import numpy as np
from keras import layers

import unrolled

x = np.random.default_rng(0).normal(size=(1, 4, 2)).astype("float32")
model = keras.Sequential([keras.Input((4, 2)), layers.LSTM(3), layers.Dense(1)])
below, calls = x, unrolled.trace(model, x).calls
chained = []
for call in calls:
    chained.append(np.array_equal(call.inputs[0], below))
    below = call.outputs[0]
    print(f"{call.layer_class:5s} reads {call.inputs[0].shape}, what is below it: {chained[-1]}")
verdict = (
    "holds"
    if all(chained) and [c.layer_class for c in calls] == ["LSTM", "Dense"]
    else "does not hold"
)
