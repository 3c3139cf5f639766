import keras
import numpy as np

model = keras.Sequential([keras.Input((4, 2)), keras.layers.LSTM(8), keras.layers.Dense(2)])
window = np.random.default_rng(0).normal(size=(1, 4, 2))
known = window.copy()
for step in range(1, 5):
    window = np.concatenate([window[:, 1:], model.predict(window, verbose=0)[:, None]], axis=1)
    print(
        "after",
        step,
        "rounds, rows of the data left:",
        int(np.isin(window, known).all(axis=-1).sum()),
    )
