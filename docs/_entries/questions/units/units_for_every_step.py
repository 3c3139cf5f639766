import keras
import numpy as np

lstm = keras.layers.LSTM(4, return_sequences=True)
words = np.random.default_rng(0).normal(size=(1, 3, 5)).astype("float32")
every = lstm(words).numpy()
h = c = np.zeros((1, 4), "float32")
for t in range(3):
    _, (h, c) = lstm.cell(words[:, t], [h, c])
    print("word", t, "h from the same cell:", np.allclose(h, every[:, t], atol=1e-6))
