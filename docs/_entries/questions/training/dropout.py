import keras
import numpy as np

import unrolled

layers = keras.layers
model = keras.Sequential(
    [
        keras.Input((5, 3)),
        layers.LSTM(4, return_sequences=True, dropout=0.5, name="lstm"),
        layers.Dropout(0.5, name="drop"),
        layers.LSTM(4, recurrent_dropout=0.5, name="upper"),
    ]
)
trace = unrolled.trace(model, np.ones((2, 5, 3)), training=True)
for name in ("lstm", "drop", "upper"):
    print(name, {what: factor.shape for what, factor in trace[name].dropout.items()})
