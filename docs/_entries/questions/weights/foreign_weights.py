import keras
import numpy as np

rng = np.random.default_rng(0)
d, u = 2, 3
stacked, bias = (
    rng.normal(size=(d + u, 4 * u)),
    rng.normal(size=4 * u),
)  # as TensorFlow 1 holds them: i, c, f, o


def reorder(array):
    i, c, f, o = np.split(array, 4, axis=-1)
    return np.concatenate([i, f, c, o], axis=-1)


plus_one = np.repeat([0, 1, 0, 0], u)  # what TensorFlow 1 adds to f
lstm = keras.layers.LSTM(u)
lstm.build((None, None, d))
lstm.set_weights([reorder(stacked[:d]), reorder(stacked[d:]), reorder(bias) + plus_one])
print([tuple(w.shape) for w in lstm.weights])
