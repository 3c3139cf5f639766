"""The runs of the reference: nothing is left out, and both sides of a pair differ."""

import dataclasses
import inspect

import arguments
import keras
import labels
import masking
import pytest
import states
import weights_table
from error_lines import telling_line
from page_runs import stored

ARGUMENTS = [
    (layer, name, default)
    for layer in arguments.LAYERS
    for name, default in arguments.arguments(layer)
]


@pytest.mark.parametrize("layer", arguments.LAYERS)
def test_every_argument_has_a_pair_that_shows_what_it_changes(layer):
    rows = [
        row
        for row in stored("arguments")["table"]["rows"]
        if row[0] == f"`{layer}`"
    ]
    names = [name for name, _ in arguments.arguments(layer)]
    assert [row[1].strip("`*").partition("=")[0] for row in rows] == names
    for name, (_, _, text, sides) in zip(names, rows, strict=True):
        made, found = zip(*(side.split(": ", 1) for side in sides), strict=True)
        assert made[0] != made[1]
        assert (found[0] == found[1]) == (
            text.startswith("Does nothing") or name == "use_cudnn"
        )


def test_a_pair_that_shows_nothing_is_refused(monkeypatch):
    monkeypatch.setitem(arguments.MEASURES, "shape", lambda side: "the same")
    with pytest.raises(ValueError, match="to show what it changes"):
        arguments.row("LSTM", "units", inspect.Parameter.empty)


def test_nothing_is_written_about_arguments_that_are_gone():
    known = {
        (group, name)
        for layer, name, _ in ARGUMENTS
        for group in (layer, *arguments.LAYERS[layer][1], "every")
    }
    assert {
        (group, name)
        for group, found in arguments.entries().items()
        for name in found
    } <= known


@pytest.mark.parametrize("layer", ["ConvLSTM1D", "ConvLSTM3D"])
def test_the_family_of_convlstm_takes_the_same_arguments(layer):
    same, other = (
        inspect.signature(getattr(keras.layers, n).__init__)
        for n in ("ConvLSTM2D", layer)
    )
    assert [str(p) for p in same.parameters.values()] == [
        str(p) for p in other.parameters.values()
    ]


@pytest.mark.parametrize(
    ("case", "shape"),
    [
        (("many to one", "Dense(1)", "mse"), (2, 4)),
        (
            (
                "many to many",
                "Dense(k, softmax)",
                "sparse_categorical_crossentropy",
            ),
            (2, 4),
        ),
        (("many to one", "Dense(1)", "binary_crossentropy"), (2, 3)),
        (("many to one", "Dense(k)", "mse"), (2,)),
    ],
)
def test_a_step_that_is_not_compiled_comes_to_the_same(case, shape):
    try:
        compiled = labels.train(*case, shape, run_eagerly=False)
    except Exception as error:
        compiled = labels.Result("raises", message=telling_line(error))
    found = labels.try_shape(*case, shape)
    assert dataclasses.replace(found, error="") == compiled


def test_what_a_layer_does_with_a_mask():
    rows = {
        name: masking.look(name, masking.CASES[name])[1:5]
        for name in ("LSTM(3)", "Dense(3)", "Flatten()")
    }
    assert rows == {
        "LSTM(3)": ["no", "yes", "no", "nothing"],
        "Dense(3)": ["no", "no", "yes", "the masked steps only"],
        "Flatten()": ["no", "no", "no; Keras warns", "the output"],
    }


def test_which_states_a_call_begins_with():
    assert states.begins("a call, `model(x)`", stateful=False) == "zeros"
    assert (
        states.begins("a call, `model(x)`", stateful=True)
        == "the final states of its batch"
    )
    assert states.begins("`layer.reset_state()`", stateful=True) == "zeros"
    assert states.begins("`save` and `load_model`", stateful=True) == "zeros"


@pytest.mark.parametrize(
    "event", [e for e in states.EVENTS if e.startswith(("`fit", "`predict"))]
)
def test_a_compiled_step_keeps_the_same_states(event, monkeypatch):
    found = states.begins(event, stateful=True)
    monkeypatch.setattr(states, "EAGERLY", False)
    assert states.begins(event, stateful=True) == found


def test_states_that_nobody_knows_are_not_named(monkeypatch):
    monkeypatch.setitem(
        states.EVENTS,
        "odd",
        lambda m: m.layers[0].states[0].assign([[0.5] * 4] * 2),
    )
    with pytest.raises(RuntimeError, match="one of the known states after odd"):
        states.begins("odd", stateful=True)


def test_columns_belong_to_the_gate_that_they_move():
    assert weights_table.row("GRU(4)")[2] == ["`z` 0:4, `r` 4:8, `h` 8:12"]
    assert weights_table.row("ConvLSTM1D(4, 3)")[2] == [
        "`i` 0:4, `f` 4:8, `c` 8:12, `o` 12:16"
    ]
