import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(2, 4, 5)).astype("float32")
mask = np.array([[True, True, False, False], [False, False, False, False]])
lstm = keras.layers.LSTM(3, return_state=True)
out, h, c = lstm(x, mask=mask)
print("out", np.array(out)[1], "h", np.array(h)[1])
ones = np.ones((2, 3), "float32")
out, h, c = lstm(x, mask=mask, initial_state=[ones, ones])
print("out", np.array(out)[1], "h", np.array(h)[1])
