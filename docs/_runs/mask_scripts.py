"""The scripts of the page Masking rules; each is run, and shown with what it printed or raised."""

from __future__ import annotations

HELD = """\
import keras
import numpy as np

x = np.random.default_rng(0).normal(size=(1, 4, 5)).astype("float32")
short = np.array([[True, True, True, False]])
lstm = keras.layers.LSTM(3, return_sequences=True)
print("last step masked: ", np.array(lstm(x, mask=short))[0, :, 0].round(3))
print("three steps only: ", np.array(lstm(x[:, :3]))[0, :, 0].round(3))
front = np.array([[False, True, True, True]])
print("first step masked:", np.array(lstm(x, mask=front))[0, :, 0].round(3))
print("without step 0:   ", np.array(lstm(x[:, 1:]))[0, :, 0].round(3))
"""
EMPTY = """\
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
"""
TWO_WAYS = """\
import keras
import numpy as np

ids = np.array([[7, 2, 0, 0]])
embedded = keras.layers.Embedding(8, 3, mask_zero=True)(ids)
print("mask_zero=True:        ", embedded._keras_mask.numpy())
plain = keras.layers.Embedding(8, 3)(ids)
print("Masking after it:      ", keras.layers.Masking(0.0).compute_mask(plain).numpy())

readings = np.array([[[0.0, 0.0], [0.0, 1.5], [2.0, 1.0], [0.0, 0.0]]], "float32")
print("Masking of readings:   ", keras.layers.Masking(0.0).compute_mask(readings).numpy())
"""
CUDNN = """\
import numpy as np
from keras.src.backend.tensorflow.rnn import _assert_valid_mask

_assert_valid_mask(np.array([[True, True, True, False]]))
_assert_valid_mask(np.array([[False, True, True, True]]))
"""
SCRIPTS: dict[str, str] = {"held": HELD, "empty": EMPTY, "two_ways": TWO_WAYS, "cudnn": CUDNN}
