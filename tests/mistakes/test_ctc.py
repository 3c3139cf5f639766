"""What check says of labels for CTC, against the loss itself."""

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import layers

import unrolled
from unrolled.checks.rules.ctc import steps_needed

RNG = np.random.default_rng(0)
X = RNG.normal(size=(4, 8, 3)).astype("float32")


def model_of(last=None):
    steps = [layers.LSTM(4, return_sequences=True), last or layers.Dense(5)]
    return keras.Sequential([keras.Input((8, 3)), *steps])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 3), min_size=1, max_size=7), st.integers(1, 12))
def test_a_row_fits_where_the_loss_says_so(row, steps):
    labels = np.array([row])
    loss = float(keras.losses.CTC()(labels, np.zeros((1, steps, 4), "float32")))
    assert (int(steps_needed(labels)[0]) <= steps) == (loss < 100), (
        row,
        steps,
        loss,
    )


def test_right_labels_pass_in_silence():
    y = np.array([[1, 2, 3, 4], [2, 2, 0, 0], [4, 0, 0, 0], [1, 1, 1, 1]])
    assert unrolled.check(model_of(), X, y, loss="ctc").ok
    assert unrolled.check(model_of(), X, y, loss=keras.losses.CTC()).ok


@pytest.mark.parametrize(
    ("y", "last", "mistake"),
    [
        ([[1, 2, -1, -1]] * 4, None, "labels-that-ctc-does-not-know"),
        ([[1, 2, 5, 0]] * 4, None, "labels-that-ctc-does-not-know"),
        ([[1, 1, 1, 1, 1]] * 4, None, "labels-longer-than-the-output-of-ctc"),
        (
            [[1, 2, 3, 4]] * 4,
            lambda: layers.Dense(5, activation="softmax"),
            "a-softmax-in-front-of-ctc",
        ),
        (
            [[1, 2, 3, 4]] * 4,
            lambda: layers.TimeDistributed(layers.Dense(5, "softmax")),
            "a-softmax-in-front-of-ctc",
        ),
    ],
)
def test_what_keras_lets_pass_is_told(y, last, mistake):
    report = unrolled.check(
        model_of(last and last()), X, np.array(y), loss="ctc"
    )
    assert [(p.level, p.mistake) for p in report.problems] == [
        ("wrong", mistake)
    ]


def test_a_class_that_the_loss_leaves_out_may_have_no_output():
    loss, y = (
        keras.losses.SparseCategoricalCrossentropy(
            from_logits=True, ignore_class=-1
        ),
        np.full((4, 8), -1),
    )
    y[:, :3] = [0, 1, 4]
    assert unrolled.check(model_of(), X, y, loss=loss).ok
    y[0, 0] = 5
    assert [
        p.mistake for p in unrolled.check(model_of(), X, y, loss=loss).problems
    ] == ["label-value-outside-the-valid-range"]


@pytest.mark.parametrize(
    ("row", "fits"),
    [([1, 2, 3, 4, 1, 2, 3, 4], True), ([1, 1, 2, 3, 4, 1, 2, 3], False)],
)
def test_labels_that_just_fit_are_right(row, fits):
    report = unrolled.check(model_of(), X, np.array([row] * 4), loss="ctc")
    assert (report.problems == ()) is fits
