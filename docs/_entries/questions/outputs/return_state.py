import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
sequence, h, c = keras.layers.LSTM(4, return_sequences=True, return_state=True)(x)
print("sequence", sequence.shape, " h", h.shape, " c", c.shape)
print("h is the last step of the sequence:", np.array_equal(h, sequence[:, -1]))
print("c is something else:               ", not np.allclose(c, h))
