import keras
import numpy as np

timesteps, features = 6, 1
model = keras.Sequential(
    [
        keras.Input((timesteps, features)),
        keras.layers.LSTM(4),
        keras.layers.RepeatVector(timesteps),
        keras.layers.LSTM(4, return_sequences=True),
        keras.layers.Dense(features),
    ]
)
model.compile("adam", "mse")
x = np.random.default_rng(0).normal(size=(64, timesteps, features))
model.fit(x, x, verbose=0)
print("x", x.shape, "-> model", model.output_shape)
