import keras
import numpy as np

model = keras.Sequential(
    [
        keras.Input((100, 2)),
        keras.layers.LSTM(16),
        keras.layers.RepeatVector(5),
        keras.layers.LSTM(16, return_sequences=True),
        keras.layers.Dense(1),
    ]
)
model.compile("adam", "mse")
x, y = np.zeros((32, 100, 2)), np.zeros((32, 5, 1))
model.fit(x, y, verbose=0)
print("x", x.shape, "-> model", model.output_shape, "y", y.shape)
