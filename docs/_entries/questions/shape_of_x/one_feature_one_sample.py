import keras
import numpy as np

model = keras.Sequential([keras.Input((60, 1)), keras.layers.LSTM(4), keras.layers.Dense(1)])
series = np.zeros(60)
for name, x in (
    ("series[None, :, None]", series[None, :, None]),
    ("series[:, None]", series[:, None]),
):
    print(f"{name:21s} {x.shape!s:10s} -> {model(x).shape}")
