"""What this Keras does with a key that a model does not know.

Keras up to 3.15 sorts the arrays of a dict by all their keys, takes them in this order for the
inputs, and only warns. Keras 3.16 leaves such a key out.
"""

from __future__ import annotations

import warnings
from functools import cache

import keras
import numpy as np


@cache
def reads_sorted_keys() -> bool:
    """Return whether a key too many moves the arrays behind it, tried on a model of two inputs."""
    known = keras.Input((1,), name="known")
    past = keras.Input((1,), name="past")
    both = keras.layers.Concatenate(name="both")([known, past])
    model = keras.Model({"known": known, "past": past}, both, name="keys")
    x = {"hour": 1.0, "known": 2.0, "past": 3.0}
    arrays = {key: np.full((1, 1), value) for key, value in x.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        read = keras.ops.convert_to_numpy(model(arrays))
    return list(read[0]) != [x["known"], x["past"]]
