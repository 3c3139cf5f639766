import keras
import numpy as np

x, y = np.zeros((100, 48, 3)), np.zeros((100, 24))
for width in (1, 24):
    model = keras.Sequential(
        [keras.Input((48, 3)), keras.layers.LSTM(8), keras.layers.Dense(width)]
    )
    model.compile("adam", "mse")
    model.fit(x, y, verbose=0)
    print(f"Dense({width}): output {model.output_shape}, y {y.shape}, trained without an error")
