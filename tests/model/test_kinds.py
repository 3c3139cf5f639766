"""Every model of the catalogue is traced exactly, left as it was, and drawn well."""

from xml.etree import ElementTree

import keras
import numpy as np
import pytest
from cases import EACH, case
from catalogue import make
from reading import (
    lines_through_boxes,
    lines_through_texts,
    texts_half_under_boxes,
)
from step_by_step import CONV_CELL, numpy_gates
from test_geometry import assert_tidy

import unrolled
from unrolled.scenes.shapes import Box
from unrolled.traces.recurrent_calls import RecurrentCall

WIDEST, TALLEST, TALLEST_ROW = 1720, 2050, 160
TOLERANCES = {
    "float64": 1e-6,
    "float32": 1e-5,
    "float16": 4e-3,
    "bfloat16": 3e-2,
}


def run_cell(cell, x, initial, mask, *, go_backwards):
    """Return the states and gates after each step, and the outputs, from calls of the cell."""
    timesteps, states = x.shape[1], [as_float(s) for s in initial]
    seen = [
        np.zeros((len(s), timesteps, *s.shape[1:]), "float32") for s in states
    ]
    gates, outputs = {}, [None] * timesteps
    for t in reversed(range(timesteps)) if go_backwards else range(timesteps):
        made, new = cell(
            x[:, t], [keras.ops.convert_to_tensor(s) for s in states]
        )
        for name, gate in gates_of(cell, as_float(x[:, t]), states[0]).items():
            gates.setdefault(name, np.full_like(seen[0], np.nan))[:, t] = (
                chosen(mask, t, gate, np.float32(np.nan))
            )
        states = [
            chosen(mask, t, as_float(n), s)
            for n, s in zip(keras.tree.flatten(new), states, strict=True)
        ]
        outputs[t] = as_float(made)
        for k, state in enumerate(states):
            seen[k][:, t] = state
    return seen, gates, np.stack(outputs, axis=1)


def chosen(mask, t, made, before):
    """Return what a step leaves: what it made, and at a masked step what was there before."""
    return (
        made
        if mask is None
        else np.where(
            mask[:, t].reshape(-1, *(1,) * (made.ndim - 1)), made, before
        )
    )


def gates_of(cell, x, h):
    """Return the gates of one step from the weights alone, convolved by the cell where it is one of
    maps.
    """
    if type(cell) is not CONV_CELL:
        return numpy_gates(cell, x, h)
    gates, n = {}, cell.filters
    for k, name in enumerate("ifco"):
        part = slice(k * n, (k + 1) * n)
        inner = cell.input_conv(
            x, cell.kernel[..., part], cell.bias[part], padding=cell.padding
        )
        total = inner + cell.recurrent_conv(h, cell.recurrent_kernel[..., part])
        gates[name] = as_float(
            cell.activation(total)
            if name == "c"
            else cell.recurrent_activation(total)
        )
    return gates


def as_float(tensor):
    return np.asarray(keras.ops.convert_to_numpy(tensor)).astype("float32")


@pytest.mark.parametrize("name", EACH)
def test_states_and_gates_are_those_of_the_cells_step_by_step(name):
    run = case(name)
    calls = [
        c
        for batch in run.trace.batches
        for c in batch.calls
        if isinstance(c, RecurrentCall)
    ]
    calls = [c for c in calls if not c.layer_class.endswith("Cell")]
    looping = {
        n.name: n
        for n in run.model._flatten_layers()
        if isinstance(n, keras.layers.RNN)
    }
    assert {c.layer_name for c in calls} == set(looping)
    for call in calls:
        layer = looping[call.layer_name]
        compare_cells(call, layer, TOLERANCES[call.states[0].dtype.name])


def compare_cells(call, layer, tolerance):
    close = {"rtol": 10 * tolerance, "atol": tolerance}
    x, initial, back = call.x, list(call.initial_state), layer.go_backwards
    cells = getattr(layer.cell, "cells", [layer.cell])
    assert [type(c).__name__ for c in cells] == [
        c.cell_class for c in call.cells or (call,)
    ]
    for cell, traced in zip(cells, call.cells or (call,), strict=True):
        count = (
            2
            if type(cell) is CONV_CELL
            else len(keras.tree.flatten(cell.state_size))
        )
        first, initial = initial[:count], initial[count:]
        assert len(traced.states) == count
        states, gates, x = run_cell(
            cell, x, first, call.mask, go_backwards=back
        )
        compare_cell(traced, states, gates, close, last=0 if back else -1)
    if call.mask is None:
        whole = x[:, :: -1 if back else 1]
        np.testing.assert_allclose(
            as_float(call.outputs[0]),
            whole if call.return_sequences else whole[:, -1],
            **close,
        )


def compare_cell(traced, states, gates, close, *, last):
    """Compare what a trace holds of one cell with what its own calls returned."""
    for made, state in zip(traced.states, states, strict=True):
        np.testing.assert_allclose(as_float(made), state, **close)
    for made, state in zip(traced.final_state, states, strict=True):
        np.testing.assert_allclose(as_float(made), state[:, last], **close)
    assert set(traced.gates) == set(gates)
    for gate, value in gates.items():
        np.testing.assert_allclose(as_float(traced.gates[gate]), value, **close)


@pytest.mark.parametrize("name", EACH)
def test_outputs_are_the_models_own(name):
    run = case(name)
    model, x, _ = make(name)
    start = 0
    for batch in run.trace.batches:
        part = keras.tree.map_structure(
            lambda a, i=start, j=start + batch.samples: fed(a[i:j]), x
        )
        made = keras.tree.flatten(model(part, training=False))
        assert len(made) == len(batch.outputs)
        for real, traced in zip(made, batch.outputs, strict=True):
            real = keras.ops.convert_to_numpy(real)
            assert real.dtype == traced.dtype
            close = {"rtol": 1e-4, "atol": TOLERANCES.get(real.dtype.name, 0)}
            np.testing.assert_allclose(
                np.asarray(traced, "float32"),
                np.asarray(real, "float32"),
                **close,
            )
        start += batch.samples


@pytest.mark.parametrize(
    "name", ["dropouts", "masked_tagger", "variational_autoencoder"]
)
def test_a_training_run_draws_what_the_model_would_have_drawn(name):
    """The seeds are put back after the trace: the model's next run drops and draws the same."""
    model, x, _ = make(name)
    still, trace = (unrolled.trace(model, x, training=t) for t in (False, True))
    real = keras.ops.convert_to_numpy(model(fed(x), training=True))
    np.testing.assert_allclose(trace.outputs[0], real, rtol=1e-4, atol=1e-5)
    assert (
        np.abs(trace.outputs[0] - still.outputs[0]).max() > 1e-6
        or name == "variational_autoencoder"
    )


def fed(array):
    return keras.ops.convert_to_tensor(
        array.astype("float32") if array.dtype == "float64" else array
    )


@pytest.mark.parametrize("name", EACH)
def test_the_model_is_left_as_it_was(name):
    assert case(name).after == case(name).before


@pytest.mark.parametrize("name", EACH)
def test_the_picture_is_tidy(name):
    scene = case(name).diagram.scene
    assert_tidy(scene)
    assert lines_through_boxes(scene) == []
    assert lines_through_texts(scene) == []
    assert texts_half_under_boxes(scene) == []
    ElementTree.fromstring(case(name).diagram.svg())


@pytest.mark.parametrize("name", EACH)
def test_the_picture_is_of_a_size_to_look_at(name):
    run = case(name)
    assert run.diagram.scene.width <= WIDEST
    assert run.diagram.scene.height <= TALLEST
    assert run.diagram.scene.height <= TALLEST_ROW * len(
        run.diagram.words().splitlines()
    )


@pytest.mark.parametrize("name", EACH)
def test_words_name_every_layer_and_every_output(name):
    run = case(name)
    words = run.diagram.words()
    for layer in shown_layers(run.model):
        assert repr(layer.name)[1:-1] in words, "a layer without a word"
    assert words.count("the model's output") >= len(run.trace.outputs), (
        "an output without a word"
    )


def shown_layers(model):
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from shown_layers(layer)
        elif (
            not isinstance(layer, keras.layers.InputLayer)
            or len(model.inputs) > 1
        ):
            yield layer


@pytest.mark.parametrize("name", EACH)
def test_each_output_is_drawn_with_its_own_values(name):
    """Hovering tells the numbers of each box: those of every output of the model must be among
    them.
    """
    run = case(name)
    titles = {
        s.title.partition(": ")[2]
        for s in run.diagram.scene.shapes
        if isinstance(s, Box) and s.title
    }
    told = " ".join(titles)
    for output in run.trace.batches[0].outputs:
        if output.ndim in (2, 3):
            last = np.ravel(output[0] if output.ndim == 2 else output[0, -1])[
                :8
            ]
            assert ", ".join(f"{v:.3g}" for v in last.tolist()) in told, (
                f"output of shape {output.shape}"
            )


@pytest.mark.parametrize("name", EACH)
def test_a_saved_model_gives_the_same_picture(name, tmp_path):
    run = case(name)
    run.model.save(tmp_path / "model.keras")
    keras.backend.clear_session()
    loaded = keras.models.load_model(tmp_path / "model.keras")
    if not getattr(loaded, "inputs", None):
        loaded(keras.tree.map_structure(fed, run.x))
    drawn, again = (
        unrolled.draw(run.trace),
        unrolled.draw(unrolled.trace(loaded, run.x)),
    )
    assert again.words() == drawn.words()
    assert again.svg() == drawn.svg()
