"""The numbers in a drawn step are those that Keras computed."""

import re

import keras
import numpy as np
import pytest
from keras import layers

import unrolled
from unrolled.cell_diagrams.diagram import draw_cell
from unrolled.cell_diagrams.kinds import kind_of
from unrolled.cell_diagrams.requests import read_step
from unrolled.keras_bridge.constructors import describe

RNG = np.random.default_rng(0)


def double_tanh(x):
    return 2 * keras.ops.tanh(x)


@keras.saving.register_keras_serializable("tests")
def soft_step(x):
    return keras.ops.sigmoid(3 * x)


LAYERS = [
    layers.LSTM(4),
    layers.LSTM(3, use_bias=False, go_backwards=True),
    layers.LSTM(3, activation="relu", recurrent_activation="hard_sigmoid"),
    layers.LSTM(2, activation=double_tanh, recurrent_activation=soft_step),
    layers.LSTM(2, implementation=1),
    layers.LSTM(10),
    layers.GRU(4),
    layers.GRU(4, reset_after=False),
    layers.GRU(3, use_bias=False),
    layers.GRU(3, use_bias=False, reset_after=False, go_backwards=True),
    layers.GRU(3, activation="softsign", recurrent_activation="hard_sigmoid"),
    layers.GRU(2, implementation=1, reset_after=False),
    layers.SimpleRNN(4),
    layers.SimpleRNN(3, use_bias=False, activation="relu", go_backwards=True),
    layers.RNN(layers.LSTMCell(3)),
    layers.RNN(layers.GRUCell(3, reset_after=False), go_backwards=True),
    layers.RNN(layers.SimpleRNNCell(3, activation="elu")),
]
DROPPING = [
    layers.LSTM(4, dropout=0.4, recurrent_dropout=0.4),
    layers.LSTM(4, dropout=0.4, implementation=1),
    layers.GRU(4, dropout=0.4, recurrent_dropout=0.4),
    layers.GRU(4, dropout=0.4, recurrent_dropout=0.4, reset_after=False),
    layers.SimpleRNN(4, dropout=0.4, recurrent_dropout=0.4),
]


def run(layer, *, training=False, mask=False, batches=1):
    """Return the layer, with random weights, and its call in a trace."""
    keras.utils.set_random_seed(1)
    with keras.saving.custom_object_scope({"double_tanh": double_tanh}):
        fresh = type(layer).from_config(layer.get_config())
    shape = (
        {"batch_shape": (2, 5, 3)}
        if getattr(layer, "stateful", False)
        else {"shape": (5, 3)}
    )
    model = keras.Sequential(
        [keras.Input(**shape), *([layers.Masking()] if mask else []), fresh]
    )
    for weight in model.weights:
        if weight.dtype == "float32":
            weight.assign(RNG.normal(size=weight.shape) * 0.7)
    x = RNG.normal(size=(2 * batches, 5, 3))
    if mask:
        x[0, [0, 3]] = 0
    return fresh, unrolled.trace(model, x, training=training)[fresh.name]


def activate(function, values):
    return keras.ops.convert_to_numpy(
        function(keras.ops.convert_to_tensor(values.astype("float32")))
    )


def check_step(step, cell):
    """Compare what is printed for a step with what Keras computed, to 1e-5."""
    candidate = {"LSTM": "c", "GRU": "h", "SimpleRNN": "h"}[step.facts.layer]
    for name in step.weights.columns:
        function = (
            cell.activation if name == candidate else cell.recurrent_activation
        )
        made = activate(function, step.sum_of(name).total)
        np.testing.assert_allclose(made, step.gates[name], atol=1e-5)
    parts = kind_of(step).parts(step)
    if step.facts.layer == "LSTM":
        np.testing.assert_allclose(
            parts["kept"] + parts["added"], step.after["c"], atol=1e-5
        )
        seen = step.gates["o"] != 0
        squashed = activate(cell.activation, step.after["c"])
        np.testing.assert_allclose(
            parts["squashed"][seen], squashed[seen], atol=1e-5
        )
        np.testing.assert_allclose(
            step.gates["o"] * squashed, step.after["h"], atol=1e-5
        )
    elif step.facts.layer == "GRU":
        np.testing.assert_allclose(
            parts["kept"] + parts["added"], step.after["h"], atol=1e-5
        )
    else:
        np.testing.assert_allclose(
            activate(cell.activation, parts["total"]),
            step.after["h"],
            atol=1e-5,
        )


def check_words(rec, t, sample, unit):
    """Parse the sums that are printed and add them up."""
    words = draw_cell(rec, t, sample=sample, unit=unit).words()
    found = re.findall(
        r"(?:x·kernel|recurrent_kernel) = ([^;…]+) = ([^;]+);", words
    )
    for terms, result in found:
        pairs = [
            [float(f.strip("()").replace("−", "-")) for f in term.split("·")]
            for term in terms.split(" + ")
        ]
        assert sum(a * b for a, b in pairs) == pytest.approx(
            float(result.replace("−", "-")), abs=0.02
        )
    return found


@pytest.mark.parametrize("layer", LAYERS, ids=describe)
def test_every_step_follows_from_the_weights_the_states_and_x(layer):
    fresh, rec = run(layer)
    for t in range(5):
        step = read_step(rec, t, 1, None)
        check_step(step, getattr(fresh, "cell", fresh))
        draw_cell(rec, t, sample=1).svg()
    if rec.units <= 8:
        assert len(check_words(rec, 2, 1, rec.units - 1)) == 2 * len(
            rec.weights.columns
        )


@pytest.mark.parametrize("layer", DROPPING, ids=describe)
def test_what_dropout_left_is_in_the_sums(layer):
    fresh, rec = run(layer, training=True)
    assert rec.dropout
    for t in range(5):
        check_step(read_step(rec, t, 1, None), fresh.cell)


@pytest.mark.parametrize(
    "layer",
    [layers.LSTM(4), layers.GRU(4, reset_after=False), layers.SimpleRNN(4)],
    ids=describe,
)
def test_a_masked_step_passes_the_state_through(layer):
    fresh, rec = run(layer, mask=True)
    for t in range(5):
        step, diagram = read_step(rec, t, 0, None), draw_cell(rec, t)
        assert step.masked is (t in (0, 3))
        assert ("passed over" in diagram.words()) is step.masked
        if step.masked:
            for name, state in step.before.items():
                np.testing.assert_array_equal(state, step.after[name])
        else:
            check_step(step, fresh.cell)


def test_a_stateful_layer_starts_from_the_batch_before():
    fresh, rec = run(layers.LSTM(3, stateful=True), batches=2)
    step = read_step(rec, 0, 2, None)
    np.testing.assert_allclose(step.before["h"], rec.h[0, -1], atol=1e-6)
    check_step(step, fresh.cell)
    assert "carried over" in draw_cell(rec, 0, sample=2).words()


def test_both_halves_of_a_bidirectional_and_cells_of_a_stack_open():
    both = layers.Bidirectional(layers.GRU(3), name="both")
    stack = layers.RNN([layers.LSTMCell(3), layers.GRUCell(2)], name="stack")
    model = keras.Sequential(
        [
            keras.Input((5, 2)),
            layers.Bidirectional(layers.GRU(3, return_sequences=True)),
            stack,
        ]
    )
    stacked = unrolled.trace(model, RNG.normal(size=(2, 5, 2)))["stack"]
    for cell, rec in zip(stack.cell.cells, stacked.cells, strict=True):
        for t in range(5):
            check_step(read_step(rec, t, 0, None), cell)
    with pytest.raises(ValueError, match=r"call\.cells\[0\]"):
        draw_cell(stacked, 0)
    rec = unrolled.trace(
        keras.Sequential([keras.Input((5, 2)), both]),
        RNG.normal(size=(2, 5, 2)),
    )["both"]
    check_step(read_step(rec.forward, 2, 0, None), both.forward_layer.cell)
    check_step(read_step(rec.backward, 2, 0, None), both.backward_layer.cell)
    assert "h at t = 3" in draw_cell(rec.backward, 2).words()
    with pytest.raises(TypeError, match=r"call\.forward or call\.backward"):
        draw_cell(rec, 0)


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ({}, {"sigmoid", "tanh"}),
        (
            {"activation": "relu", "recurrent_activation": "hard_sigmoid"},
            {"hard_sigmoid", "relu"},
        ),
        (
            {"activation": double_tanh, "recurrent_activation": soft_step},
            {"double_tanh", "tests>soft_step"},
        ),
        ({"activation": None}, {"sigmoid", "linear"}),
        ({"activation": layers.Softmax()}, {"sigmoid", "Softmax"}),
    ],
)
@pytest.mark.parametrize(
    "make",
    [
        lambda **o: layers.LSTM(2, **o),
        lambda **o: layers.RNN(layers.LSTMCell(2, **o)),
    ],
)
def test_the_names_are_those_of_the_layer(make, options, names):
    layer = make(**options)
    rec = unrolled.trace(keras.Sequential([keras.Input((5, 2)), layer]))[
        layer.name
    ]
    shown = {s.text for t in draw_cell(rec, 2).scene.texts() for s in t.spans}
    every = {
        "sigmoid",
        "tanh",
        "hard_sigmoid",
        "relu",
        "double_tanh",
        "tests>soft_step",
        "linear",
        "Softmax",
    }
    assert every & shown == names


class MyCell(layers.LSTMCell):
    """Not known: a subclass may compute otherwise."""


def test_cells_that_are_not_known_are_refused():
    model = keras.Sequential(
        [keras.Input((5, 2)), layers.RNN(MyCell(3), name="own")]
    )
    with pytest.raises(ValueError, match="the inside of MyCell is not known"):
        draw_cell(unrolled.trace(model)["own"], 0)
    model = keras.Sequential(
        [keras.Input((3, 8, 2)), layers.ConvLSTM1D(2, 3, name="conv")]
    )
    with pytest.raises(
        ValueError, match="the inside of ConvLSTMCell is not known"
    ):
        draw_cell(unrolled.trace(model)["conv"], 0)
