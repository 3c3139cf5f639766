import keras
import numpy as np


class Both(keras.layers.LSTMCell):
    """An LSTM cell that returns h beside c."""

    def call(self, inputs, states, training=False):
        _, (h, c) = super().call(inputs, states, training=training)
        return keras.ops.concatenate([h, c], axis=-1), [h, c]


x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
both, h, c = keras.layers.RNN(Both(4), return_sequences=True, return_state=True)(x)
print("output of every step", both.shape)
print("its last step is h beside c:", np.allclose(both[:, -1], np.concatenate([h, c], axis=-1)))
