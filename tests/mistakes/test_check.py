"""check finds what does not fit, says nothing where all does, and leaves the model as it was."""

import keras
import numpy as np
import pytest
from cases import EACH, case
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
    return model_of(
        layers.LSTM(4), layers.Dense(3, activation="softmax"), loss=loss
    )


ONE_HOT_FOR_SPARSE = "argument-output-must-have-rank-target-ndim-1"
SPARSE, ONE_HOT = "sparse_categorical_crossentropy", "categorical_crossentropy"
WRONG = {
    "a label at every step": (one, (8, 5, 2), values(8, 5), "labels-at-every-step-for-one-output"),
    "a label at every step, with an axis": (
        one, (8, 5, 2), values(8, 5, 1), "labels-at-every-step-for-one-output",
    ),
    "one label for all steps": (
        every, (8, 5, 2), values(8, 1), "one-label-for-outputs-at-every-step",
    ),
    "another width": (one, (8, 5, 2), values(8, 3), "labels-of-another-width"),
    "swapped axes": (one, (8, 2, 5), values(8, 1), "dimensions-must-be-equal-in-a-cell"),
    "other lengths": (one, (8, 5, 2), values(7, 1), "data-cardinality-is-ambiguous"),
    "nan in y": (one, (8, 5, 2), np.full((8, 1), np.nan), "nan-or-infinity"),
    "one-hot": (lambda: classes(SPARSE), (6, 5, 2), np.eye(3)[[0, 1, 2] * 2], ONE_HOT_FOR_SPARSE),
    "a class too many": (
        lambda: classes(SPARSE), (6, 5, 2), np.arange(6), "label-value-outside-the-valid-range",
    ),
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
    assert f"more:      errors/{mistake}.html" in str(report)


@pytest.mark.parametrize("name", RIGHT)
def test_right_data_passes_in_silence(name):
    build, y = RIGHT[name]
    report = unrolled.check(build(), values(8, 5, 2), y)
    assert report.ok
    assert report.problems == ()


#: models of which a doubt is right
DOUBTED = {
    "pre_padding": ["all-padding-row", "padding-in-front"],
    "stateful_masked": ["labels-out-of-reach"],
}


@pytest.mark.parametrize("name", EACH)
def test_does_not_cry_wolf(name):
    run = case(name)
    report = unrolled.check(run.model, run.x, run.y)
    assert [p.mistake for p in report.problems] == DOUBTED.get(name, []), str(
        report
    )


def test_leaves_a_stateful_model_as_it_was():
    model = keras.Sequential(
        [
            keras.Input(batch_shape=(2, 5, 2)),
            layers.LSTM(3, stateful=True),
            layers.Dense(1),
        ],
        name="kept",
    )
    model.predict(values(2, 5, 2), verbose=0)
    before = [keras.ops.convert_to_numpy(s) for s in model.layers[0].states]
    unrolled.check(model, values(4, 5, 2), values(4, 1), loss="mse")
    after = [keras.ops.convert_to_numpy(s) for s in model.layers[0].states]
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_names_are_escaped_in_html():
    model = model_of(layers.LSTM(4), layers.Dense(1))
    model.name = "<script>alert(1)</script>"
    assert (
        "<script"
        not in unrolled.check(
            model, values(8, 5, 2), values(8, 5)
        )._repr_html_()
    )


def begun(layer, *sizes, sequence=(5, 2)):
    """Return a model of one layer that is given states of these sizes, with x for it."""
    keras.backend.clear_session()
    inputs = [keras.Input(sequence), *(keras.Input((size,)) for size in sizes)]
    model = keras.Model(
        inputs, layers.Dense(1)(layer(inputs[0], initial_state=inputs[1:]))
    )
    model.compile("adam", "mse")
    return model, [values(8, *sequence), *(values(8, size) for size in sizes)]


@pytest.mark.parametrize(
    ("make", "sizes", "mistake", "told"),
    [
        (
            lambda: layers.LSTM(3),
            (7, 7),
            "dimensions-must-be-equal-of-initial-state",
            "has 3 units and is given a",
        ),
        (
            lambda: layers.LSTM(3),
            (3,),
            "initial-state-list-index-out-of-range",
            "is given 1 state and has 2",
        ),
        (
            lambda: layers.LSTM(4),
            (4, 4, 4, 4),
            "too-few-leaves-for-pytreespec",
            "is given 4 states and has 2",
        ),
        (
            lambda: layers.Bidirectional(layers.GRU(3)),
            (3,),
            "initial-state-list-index-out-of-range",
            "has 2",
        ),
        (
            lambda: layers.Bidirectional(layers.GRU(3)),
            (3, 5),
            "dimensions-must-be-equal-of-initial-state",
            "of 5",
        ),
        (
            lambda: layers.RNN([layers.GRUCell(3), layers.LSTMCell(2)]),
            (3,),
            "initial-state-list-index",
            "and has 3",
        ),
    ],
)
def test_names_the_states_that_stop_a_model(make, sizes, mistake, told):
    model, x = begun(make(), *sizes)
    problem = unrolled.check(model, x, values(8, 1)).problems[0]
    assert problem.level == "raises"
    assert problem.mistake.startswith(mistake)
    assert told in problem.title


@pytest.mark.parametrize(
    "make",
    [lambda: layers.GRU(3), lambda: layers.Bidirectional(layers.SimpleRNN(3))],
)
def test_says_nothing_of_states_that_fit(make):
    layer = make()
    model, x = begun(
        layer, *[3] * (1 + isinstance(layer, layers.Bidirectional))
    )
    assert unrolled.check(model, x, values(8, 1)).ok


def test_a_copy_of_x_is_doubted_where_nothing_is_narrower():
    series = values(20, 6, 1)
    wide = model_of(
        layers.LSTM(8, return_sequences=True), layers.Dense(1), shape=(6, 1)
    )
    assert [
        p.mistake for p in unrolled.check(wide, series, series).problems
    ] == ["label-in-its-own-window"]
    decoder = (
        layers.RepeatVector(6),
        layers.LSTM(8, return_sequences=True),
        layers.Dense(1),
    )
    assert unrolled.check(
        model_of(layers.LSTM(8), *decoder, shape=(6, 1)), series, series
    ).ok
    many = values(20, 6, 4)
    narrow = model_of(
        layers.LSTM(2, return_sequences=True), layers.Dense(4), shape=(6, 4)
    )
    assert unrolled.check(narrow, many, many).ok


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((None, values(3, 5, 2)), "Expected a Keras model, got NoneType"),
        (
            ("model.keras", values(3, 5, 2)),
            "Fix: load the file first: keras.models.load_model",
        ),
        (
            (layers.LSTM(3), values(3, 5, 2)),
            "Fix: put the layer into keras.Sequential",
        ),
    ],
)
def test_what_is_no_model_is_refused(arguments, told):
    with pytest.raises(TypeError, match=told):
        unrolled.check(*arguments)


def test_no_x_is_refused():
    with pytest.raises(
        TypeError,
        match="Expected x, the data that the model is to read, got None",
    ):
        unrolled.check(one(), None)
