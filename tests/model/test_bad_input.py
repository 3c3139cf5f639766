"""Bad input gets one error that names what was expected, what came and the fix."""

import keras
import numpy as np
import pytest
from keras import layers

import unrolled

MODEL = keras.Sequential(
    [keras.Input((5, 2)), layers.LSTM(3), layers.Dense(1)], name="m"
)
FUNCTIONAL = keras.Model(MODEL.inputs, MODEL.outputs, name="f")
STATEFUL = keras.Sequential(
    [keras.Input(batch_shape=(3, 5, 2)), layers.LSTM(3, stateful=True)],
    name="s",
)
IDS = keras.Sequential(
    [keras.Input((4,), dtype="int32"), layers.Embedding(9, 2), layers.LSTM(2)],
    name="ids",
)
ONE = keras.Sequential([keras.Input((5, 1)), layers.LSTM(3)], name="one")
A, B = keras.Input((5, 2), name="a"), keras.Input((5, 2), name="b")
TWO = keras.Model([A, B], layers.LSTM(2)(layers.Add()([A, B])), name="two")

VALUES = {
    "one sample": (
        MODEL,
        np.zeros((5, 2)),
        (
            r"Expected .batch, timesteps 5, features 2. for the input .* of the model 'm', "
            r"got .batch 5, features 2.. "
            r"Fix: x = x\[np.newaxis\]"
        ),
    ),
    "rank 2, one feature": (
        ONE,
        np.zeros((7, 5)),
        r"got .batch 7, timesteps 5.. Fix: x = x\[\.\.\., np\.newaxis\]",
    ),
    "rank 2": (
        MODEL,
        np.zeros((7, 9)),
        "cut x into windows or reshape it: the model reads .batch, timesteps 5, features 2.",
    ),
    "rank 4": (MODEL, np.zeros((1, 7, 5, 2)), "got .batch 1, 7, 5, 2."),
    "rank 2 of a series": (
        MODEL,
        np.zeros((70, 2)),
        r"got .batch 70, features 2.. Fix: x = unrolled.windows\(x, timesteps=5\).x",
    ),
    "rank 3 of as many values": (
        keras.Sequential([keras.Input((4,)), layers.Dense(1)]),
        np.zeros((3, 2, 2)),
        r"Fix: x = x.reshape\(len\(x\), 4\)",
    ),
    "features": (
        MODEL,
        np.zeros((3, 5, 4)),
        r"got .batch 3, timesteps 5, features 4.*keras\.Input\(\(5, 4\)\)",
    ),
    "swapped": (
        MODEL,
        np.zeros((3, 2, 5)),
        r"got .batch 3, timesteps 2, features 5.. Fix: x = np.swapaxes\(x, 1, 2\)",
    ),
    "timesteps": (
        FUNCTIONAL,
        np.zeros((3, 7, 2)),
        r"got .batch 3, timesteps 7, features 2.. Fix: x = x\[:, -5:\]",
    ),
    "empty": (
        MODEL,
        np.zeros((0, 5, 2)),
        r"at least one sample for the model .m., got an empty batch: shape \(0, 5, 2\)",
    ),
    "stateful": (
        STATEFUL,
        np.zeros((4, 5, 2)),
        r"multiple of 3 samples.*got 4.*x\[:3\]",
    ),
    "number of inputs": (
        TWO,
        np.zeros((3, 5, 2)),
        "Expected 2 arrays: a, b for the model 'two', got 1 array. Fix: x = .x_a, x_b.",
    ),
    "keys": (
        TWO,
        {"a": np.zeros((3, 5, 2))},
        "keys 'a', 'b' for the model 'two', got a dict with the key 'a', without 'b'",
    ),
    "lengths": (
        TWO,
        [np.zeros((3, 5, 2)), np.zeros((4, 5, 2))],
        r"same number of samples.*got rows: x\[0\] 3, x\[1\] 4",
    ),
    "ids too large": (
        IDS,
        np.full((1, 4), 9),
        r"ids from 0 to 8 .*got 9 to 9.*keras.layers.Embedding\(10, .*the largest id \+ 1",
    ),
    "negative ids": (
        IDS,
        np.full((1, 4), -1),
        r"ids from 0 to 8.*got -1 to -1. Fix: x = x \+ 1$",
    ),
    "unbuilt": (
        keras.Sequential([layers.LSTM(3)], name="u"),
        np.zeros((1, 5, 2)),
        r"built model, got 'u'.*keras\.Input",
    ),
}
TYPES = {
    "no model": (
        "lstm",
        np.zeros((1, 5, 2)),
        "Expected a Keras model, got str",
    ),
    "a layer": (
        layers.LSTM(2),
        np.zeros((1, 5, 2)),
        "got LSTM.*keras.Sequential",
    ),
    "object": (
        MODEL,
        np.array([[1], [2, 3]], dtype=object),
        "dtype object.*pad_sequences",
    ),
    "ragged": (
        MODEL,
        [[[1.0, 2.0]], [[1.0, 2.0], [3.0, 4.0]]],
        "rows of different lengths.*pad_sequences",
    ),
    "text": (
        MODEL,
        np.array([["a", "b"]]),
        "Expected numbers.*TextVectorization",
    ),
    "fractions as ids": (IDS, np.full((1, 4), 0.5), "whole numbers .int32."),
    "a generator": (
        MODEL,
        (np.zeros((3, 5, 2)) for _ in range(2)),
        r"got a generator.*next\(generator\)\[0\]",
    ),
    "None in a list": (TWO, [np.zeros((3, 5, 2)), None], "got None"),
}


@pytest.mark.parametrize("function", [unrolled.trace, unrolled.draw])
@pytest.mark.parametrize("case", VALUES)
def test_values_that_do_not_fit(function, case):
    model, x, message = VALUES[case]
    with pytest.raises(ValueError, match=f"(?s){message}") as caught:
        function(model, x)
    assert "Fix: " in str(caught.value)


@pytest.mark.parametrize("function", [unrolled.trace, unrolled.draw])
@pytest.mark.parametrize("case", TYPES)
def test_things_that_are_no_numbers(function, case):
    model, x, message = TYPES[case]
    with pytest.raises(TypeError, match=f"(?s){message}"):
        function(model, x)


@pytest.mark.parametrize("size", [0, -1, 1.5])
def test_batch_sizes_that_are_none(size):
    with pytest.raises(ValueError, match="whole number of at least 1"):
        unrolled.trace(MODEL, np.zeros((3, 5, 2)), batch_size=size)


def test_a_batch_size_the_model_was_not_built_for():
    with pytest.raises(ValueError, match=r"Expected batch_size=3.*got 2"):
        unrolled.trace(STATEFUL, np.zeros((6, 5, 2)), batch_size=2)


def test_x_beside_a_finished_trace():
    with pytest.raises(
        TypeError, match="no x and no training beside a finished trace"
    ):
        unrolled.draw(unrolled.trace(MODEL), np.zeros((3, 5, 2)))


def test_keras_own_conversions_are_accepted():
    for x in (
        np.zeros((3, 5, 2), "float64"),
        np.zeros((3, 5, 2), int),
        np.zeros((3, 5, 2)).tolist(),
        [np.zeros((3, 5, 2))],
    ):
        assert unrolled.trace(MODEL, x).outputs[0].shape == (3, 1)
    assert unrolled.trace(MODEL, np.zeros((3, 8, 2))).outputs[0].shape == (
        3,
        1,
    ), "Sequential takes any timesteps"
    assert unrolled.trace(IDS, np.full((1, 4), 2.0)).outputs[0].shape == (1, 2)


def test_drawing_one_of_many_samples_runs_its_batch_only():
    x = np.random.default_rng(0).normal(size=(100, 5, 2))
    diagram = unrolled.draw(MODEL, x, np.zeros((100, 1)), sample=70)
    assert "(batch 32, timesteps 5, features 2)" in diagram.words()
    np.testing.assert_allclose(
        diagram._batches[0].inputs[0].outputs[0][diagram._options.sample],
        x[70],
        rtol=1e-6,
    )


class OwnModel(keras.Model):
    """Says nothing of the x that it takes."""

    def __init__(self):
        super().__init__(name="own")
        self.dense = layers.Dense(3)

    def call(self, x, training=False):
        return self.dense(x)


@pytest.mark.parametrize("function", [unrolled.trace, unrolled.draw])
def test_what_stops_a_subclass_is_said(function):
    model = OwnModel()
    model(np.zeros((2, 5, 2), "float32"))
    with pytest.raises(
        ValueError,
        match=r"got \(2, 5, 3\) float32: Input 0 .* expected axis -1 of input shape to have "
        r"value 2, but received input with shape \(2, 5, 3\)\. Fix: ",
    ):
        function(model, np.zeros((2, 5, 3), "float32"))
