"""The ranges of activations that `check` knows are those that Keras computes."""

import keras
import numpy as np

from unrolled.checks.rules.activations import RANGES


def test_ranges_are_those_of_keras():
    x = np.linspace(-50, 50, 20001).astype("float32")
    for name, (low, high) in RANGES.items():
        values = x[None] if name == "softmax" else x
        made = keras.ops.convert_to_numpy(keras.activations.get(name)(values))
        assert made.min() >= low - 1e-6
        assert made.max() <= high + 1e-6
        if name != "softmax":
            assert made.min() <= low + 0.02
            assert made.max() >= min(high, 40) - 0.02
