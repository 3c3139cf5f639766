import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(1, 4, 2)).astype("float32")
mask = np.array([[True, True, False, False]])
lstm = keras.layers.LSTM(1, return_sequences=True)
both = keras.layers.Bidirectional(keras.layers.LSTM(1, return_sequences=True))
print("LSTM")
print(lstm(x, mask=mask).numpy().round(3)[0])
print("Bidirectional")
print(both(x, mask=mask).numpy().round(3)[0])
changed = x.copy()
changed[:, 2:] = 999
print(
    "other values under the mask, same output:",
    np.array_equal(lstm(x, mask=mask), lstm(changed, mask=mask)),
)
