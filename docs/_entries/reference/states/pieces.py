import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(2, 9, 5)).astype("float32")
whole = keras.layers.LSTM(4, return_sequences=True)
kept = keras.layers.LSTM(4, return_sequences=True, stateful=True)
expected = np.array(whole(x))
kept.build((2, 3, 5))
kept.set_weights(whole.get_weights())
pieces = [np.array(kept(x[:, start : start + 3])) for start in (0, 3, 6)]
print(
    "three pieces, the states kept: ",
    np.allclose(np.concatenate(pieces, axis=1), expected, atol=1e-6),
)
begun = [np.array(whole(x[:, start : start + 3])) for start in (0, 3, 6)]
print(
    "three pieces, each from zeros: ",
    np.allclose(np.concatenate(begun, axis=1), expected, atol=1e-6),
)
