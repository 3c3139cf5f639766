import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(2, 6, 1)).astype("float32")
x[:, 4:] = 0  # the padding
y = np.ones((2, 6, 1))
model = keras.Sequential(
    [
        keras.Input((6, 1)),
        keras.layers.Masking(),
        keras.layers.LSTM(4, return_sequences=True),
        keras.layers.Dense(1),
    ]
)
model.compile(loss="mse")
before = model.evaluate(x, y, verbose=0)
y[:, 4:] = 1000
print(
    "same loss with other labels at the padding:",
    np.isclose(before, model.evaluate(x, y, verbose=0)),
)
by_hand = np.mean((1 - model.predict(x, verbose=0)[:, :4]) ** 2)
print("the mean over the real steps:              ", np.isclose(before, by_hand))
