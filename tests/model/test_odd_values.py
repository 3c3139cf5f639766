"""Whatever is given as x, y or loss: a result, or one error of ours that says what was expected,
what came and the fix.
"""

import warnings

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keras import layers
from test_datasets import Batches

import unrolled

X, Y = np.zeros((4, 5, 2), "float32"), np.zeros((4, 1), "float32")


class Elements(keras.utils.PyDataset):
    """Yields the same element twice."""

    def __init__(self, element):
        super().__init__()
        self.element = element

    def __len__(self):
        return 2

    def __getitem__(self, number):
        return self.element


class Own(keras.Model):
    """A subclass, which does not say what it takes."""

    def __init__(self):
        super().__init__()
        self.lstm, self.dense = layers.LSTM(3), layers.Dense(1)

    def call(self, x):
        return self.dense(self.lstm(x))


def _own():
    model = Own()
    model(X)
    return model


A, B = keras.Input((5, 2), name="a"), keras.Input((5, 2), name="b")
MODELS = {
    "sequential": keras.Sequential(
        [keras.Input((5, 2)), layers.LSTM(3), layers.Dense(1)]
    ),
    "ids": keras.Sequential(
        [keras.Input((5,)), layers.Embedding(9, 2), layers.LSTM(2)]
    ),
    "whole ids": keras.Sequential(
        [
            keras.Input((5,), dtype="int32"),
            layers.Embedding(9, 2),
            layers.LSTM(2),
        ]
    ),
    "two inputs": keras.Model([A, B], layers.LSTM(2)(layers.Add()([A, B]))),
    "a dict": keras.Model(
        {"a": A, "b": B}, {"k": layers.LSTM(2)(layers.Add()([A, B]))}
    ),
    "stateful": keras.Sequential(
        [keras.Input(batch_shape=(2, 5, 2)), layers.LSTM(3, stateful=True)]
    ),
    "subclass": _own(),
}
NOT_A_NUMBER, ENDLESS = np.full((4, 5), np.nan), np.full((4, 5), np.inf)
ODD = [
    None, 3, 3.5, True, "text", b"bytes", (), [], {}, [None], [[]], {"a": None}, {"a": X},
    {"a": X, "b": X}, {"b": 1, "a": 2}, {3: X}, np.float32(3), np.array(3), np.zeros(0),
    np.zeros((0, 5, 2)), np.zeros((4, 0, 2)), np.zeros((4, 5, 0)), np.zeros((6, 0)), np.zeros(4),
    np.zeros((4, 5)), np.zeros((4, 2, 5)), np.zeros((4, 7, 2)), np.zeros((4, 5, 9)),
    np.zeros((4, 5, 2, 1)), np.zeros((2, 5, 2)), np.zeros((3, 5, 2)), X, X.tolist(), [X], [X, X],
    (X, X), [X, X[:2]], [X[:, :3], X], np.array([[1], [2, 3]], dtype=object),
    np.array([["a", "b"]]), np.array("2026-01-01", "datetime64[D]"), np.zeros((4, 5, 2), complex),
    np.zeros((4, 5, 2), bool), np.full((4, 5), 10**18), np.full((4, 5), -7), NOT_A_NUMBER, ENDLESS,
    np.full((4, 5, 2), np.nan), np.full((4, 5), 0.5), [[1, 2], [3]], [["a"], ["b"]], object(),
    lambda: X, (X for _ in range(2)), range(4), {1, 2}, Batches(X), Batches(X, Y),
    Batches(X, batches=0), Elements(None), Elements("text"), Elements(()), Elements((None, Y)),
    Elements((X, "text")), Elements(3), Batches(np.zeros((9, 4))), 1e400, -1, [X, None], [[X, X]],
    {"a": [X], "b": X}, np.zeros((4, 5, 2), "float16"), Y, [Y, Y], {"k": Y},
]  # fmt: skip
LOSSES = [
    None, "mse", "sparse_categorical_crossentropy", "ctc", 3, "no such loss", [], {}, [None],
    {"k": "mse"}, {"a": "mse", "b": None}, ["mse", "mae"], [["mse"]], {"k": ["mse"]}, object(),
    lambda: 1, lambda y, p: y - p, keras.losses.Huber(), keras.losses.CTC(), b"mse", np.zeros(3),
    {"k": 3}, (), ("mse",),
]  # fmt: skip
RUNS = {
    "trace": lambda m, x, y, loss: unrolled.trace(m, x),
    "draw": lambda m, x, y, loss: unrolled.draw(m, x, y).words(),
    "sensitivity": lambda m, x, y, loss: unrolled.sensitivity(m, x),
    "check": lambda m, x, y, loss: str(unrolled.check(m, x, y, loss=loss)),
}


def judge(function, name, x, y, loss):
    """Return the error of a call where it is not one of ours; None where it is, or where there is a
    result.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            RUNS[function](MODELS[name], x, y, loss)
    except (TypeError, ValueError) as error:
        text = str(error)
        return (
            None
            if "Expected" in text and "got" in text and "Fix: " in text
            else error
        )
    except Exception as error:
        return error
    return None


@pytest.mark.parametrize("name", MODELS)
@settings(
    max_examples=25, deadline=None, suppress_health_check=list(HealthCheck)
)
@given(
    function=st.sampled_from(sorted(RUNS)),
    x=st.sampled_from(ODD),
    y=st.sampled_from(ODD),
    loss=st.sampled_from(LOSSES),
)
def test_one_clear_error_or_a_result(name, function, x, y, loss):
    found = judge(
        function, name, x, y if function in ("check", "draw") else None, loss
    )
    assert found is None, f"{type(found).__name__}: {found}"


class Silent(keras.Model):
    """A model that cannot say its configuration."""

    def __init__(self, width):
        super().__init__(name="silent")
        self.dense = layers.Dense(width)

    def call(self, x):
        return self.dense(x)


def test_a_model_that_ends_in_one_without_a_configuration():
    entry = keras.Input((5, 3))
    model = keras.Model(entry, Silent(2)(layers.GRU(4)(entry)))
    x = np.zeros((2, 5, 3), "float32")
    assert unrolled.trace(model, x).outputs[0].shape == (2, 2)
    assert not unrolled.check(model, x, np.zeros((2, 2), "float32")).problems


def test_a_layer_that_reads_no_timestep_is_drawn():
    entry = keras.Input((2, 3))
    model = keras.Model(entry, layers.Dense(2)(entry[:, 2:]))
    diagram = unrolled.draw(model, np.zeros((2, 2, 3), "float32"))
    assert diagram.svg().startswith("<svg")


@pytest.mark.parametrize(
    "box",
    [
        layers.Permute((2, 1)),
        layers.Reshape((4, 6)),
        layers.Lambda(
            lambda x: keras.ops.transpose(x, (0, 2, 1)), output_shape=(4, 6)
        ),
    ],
)
def test_self_attention_above_a_box_is_drawn(box):
    entry = keras.Input((6, 4))
    turned = box(entry)
    attended = layers.MultiHeadAttention(2, 2)(turned, turned)
    end = layers.GRU(6, return_sequences=True)(attended)
    x = np.ones((2, 6, 4), "float32")
    diagram = unrolled.draw(keras.Model(entry, end), x)
    assert diagram.svg().startswith("<svg")
