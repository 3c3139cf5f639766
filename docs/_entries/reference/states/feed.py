import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(2, 9, 5)).astype("float32")
lstm = keras.layers.LSTM(4, return_state=True)
whole = np.array(lstm(x)[0])
states = None
for start in (0, 3, 6):
    out, *states = lstm(x[:, start : start + 3], initial_state=states)
print([tuple(state.shape) for state in states], np.allclose(out, whole, atol=1e-6))
