"""What check says of models that read text."""

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
