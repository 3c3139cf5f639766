"""What Keras 3.15 cannot do on PyTorch, and a trace therefore neither. A test that fails here is
good news.
"""

import keras
import numpy as np
import pytest
from keras import layers

import unrolled

X = np.array([[[1.0], [2.0], [0.0]]], "float32")


def masked(**options):
    return keras.Sequential(
        [
            keras.Input((3, 1)),
            layers.Masking(),
            layers.GRU(2, unroll=True, **options),
        ]
    )


def test_a_masked_loop_cannot_be_unrolled_backwards():
    for run in (
        masked(go_backwards=True),
        lambda x: unrolled.trace(masked(go_backwards=True), x),
    ):
        with pytest.raises(
            AttributeError, match="'tuple' object has no attribute 'shape'"
        ):
            run(X)


def test_forwards_it_can():
    assert unrolled.trace(masked(), X).outputs[0].shape == (1, 2)
