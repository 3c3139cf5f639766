"""check finds what does not fit, says nothing where all does, and leaves the model as it was."""

import catalogue
import keras
import numpy as np
import pytest
from keras import layers

import unrolled

RNG = np.random.default_rng(0)


def values(*shape):
    return RNG.normal(size=shape).astype("float32")


def model_of(*steps, shape=(5, 2), loss="mse"):
    keras.backend.clear_session()
    model = keras.Sequential([keras.Input(shape), *steps])
    model.compile("adam", loss)
    return model


def one():
    return model_of(layers.LSTM(4), layers.Dense(1))


def every():
    return model_of(layers.LSTM(4, return_sequences=True), layers.Dense(1))


def classes(loss):
    return model_of(layers.LSTM(4), layers.Dense(3, activation="softmax"), loss=loss)


ONE_HOT_FOR_SPARSE = "argument-output-must-have-rank-target-ndim-1"
SPARSE, ONE_HOT = "sparse_categorical_crossentropy", "categorical_crossentropy"
WRONG = {
    "a label at every step": (one, (8, 5, 2), values(8, 5), "labels-at-every-step-for-one-output"),
    "a label at every step, with an axis": (one, (8, 5, 2), values(8, 5, 1), "labels-at-every-step-for-one-output"),
    "one label for all steps": (every, (8, 5, 2), values(8, 1), "one-label-for-outputs-at-every-step"),
    "another width": (one, (8, 5, 2), values(8, 3), "labels-of-another-width"),
    "swapped axes": (one, (8, 2, 5), values(8, 1), "dimensions-must-be-equal-in-a-cell"),
    "other lengths": (one, (8, 5, 2), values(7, 1), "data-cardinality-is-ambiguous"),
    "nan in y": (one, (8, 5, 2), np.full((8, 1), np.nan), "nan-or-infinity"),
    "one-hot": (lambda: classes(SPARSE), (6, 5, 2), np.eye(3)[[0, 1, 2] * 2], ONE_HOT_FOR_SPARSE),
    "a class too many": (lambda: classes(SPARSE), (6, 5, 2), np.arange(6), "label-value-outside-the-valid-range"),
}  # fmt: skip
RIGHT = {
    "one label": (one, values(8, 1)),
    "one label without its axis": (one, values(8)),
    "a label at every step": (every, values(8, 5, 1)),
    "class ids": (lambda: classes(SPARSE), np.arange(8) % 3),
    "one-hot": (lambda: classes(ONE_HOT), np.eye(3)[np.arange(8) % 3]),
}


@pytest.mark.parametrize("name", WRONG)
def test_finds(name):
    build, shape, y, mistake = WRONG[name]
    report = unrolled.check(build(), values(*shape), y)
    assert not report.ok
    assert mistake in [p.mistake for p in report.problems], str(report)
    assert report.problems[0].fix in str(report)


@pytest.mark.parametrize("name", RIGHT)
def test_right_data_passes_in_silence(name):
    build, y = RIGHT[name]
    report = unrolled.check(build(), values(8, 5, 2), y)
    assert report.ok
    assert report.problems == ()


@pytest.mark.parametrize("name", catalogue.BUILDERS)
def test_does_not_cry_wolf(name):
    model, x, y = catalogue.make(name)
    report = unrolled.check(model, x, y)
    assert report.ok, str(report)


def test_leaves_a_stateful_model_as_it_was():
    model = keras.Sequential(
        [keras.Input(batch_shape=(2, 5, 2)), layers.LSTM(3, stateful=True), layers.Dense(1)], name="kept"
    )
    model.predict(values(2, 5, 2), verbose=0)
    before = [keras.ops.convert_to_numpy(s) for s in model.layers[0].states]
    unrolled.check(model, values(4, 5, 2), values(4, 1), loss="mse")
    after = [keras.ops.convert_to_numpy(s) for s in model.layers[0].states]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_names_are_escaped_in_html():
    model = model_of(layers.LSTM(4), layers.Dense(1))
    model.name = "<script>alert(1)</script>"
    assert "<script" not in unrolled.check(model, values(8, 5, 2), values(8, 5))._repr_html_()
