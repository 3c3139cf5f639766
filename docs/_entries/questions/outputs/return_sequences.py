import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
lstm = keras.layers.LSTM(4, return_sequences=True)
every = lstm(x).numpy()
lstm.return_sequences = False
last = lstm(x).numpy()
print("True ", every.shape)
print("False", last.shape, "= the last step of the other:", np.array_equal(last, every[:, -1]))
