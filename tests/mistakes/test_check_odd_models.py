"""What check says of models that read text, and of those that end in an operation."""

import keras
import numpy as np
import pytest
from keras import layers

import unrolled


def reads_words():
    lookup = layers.StringLookup(vocabulary=["a", "b"], mask_token="")
    embedding = layers.Embedding(4, 3, mask_zero=True)
    entry = keras.Input((4,), dtype="string")
    return keras.Sequential([entry, lookup, embedding, layers.LSTM(2)])


@pytest.mark.parametrize(
    ("row", "mistake"),
    [
        (["", "", "a", "b"], "padding-in-front"),
        (["a", "", "a", "b"], "real-step-is-masked"),
        (["", "", "", ""], "all-padding-row"),
    ],
)
def test_words_are_not_compared_with_numbers(row, mistake):
    x = np.array([["a", "b", "a", ""], row])
    (problem,) = unrolled.check(reads_words(), x).problems
    assert problem.mistake == mistake
    assert problem.fix_is_example


class Turned(keras.Model):
    """A model whose last layer is a relu, of which the negative is returned."""

    def __init__(self):
        super().__init__()
        self.read = layers.LSTM(3)
        self.end = layers.Dense(1, activation="relu")

    def call(self, x):
        return -self.end(self.read(x))

    def get_config(self):
        return {}


def test_an_operation_behind_the_last_layer_is_not_taken_for_it():
    series = keras.Input((5, 2))
    model = keras.Model(series, Turned()(series))
    x, y = np.zeros((12, 5, 2)), -np.arange(12.0)
    assert unrolled.check(model, x, y, loss="mse").problems == ()
