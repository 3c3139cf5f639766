"""The traced numbers against a run of the cells step by step, for a few hundred random models."""

import keras
import numpy as np
import pytest
from random_models import build, run_cell

import unrolled
from unrolled import runs
from unrolled.traces import RecurrentCall

CLOSE = {"rtol": 1e-5, "atol": 1e-5}


def find_layer(model, path):
    layer = model
    for name in path.split("/"):
        if isinstance(layer, keras.layers.Bidirectional):
            layer = {layer.forward_layer.name: layer.forward_layer, layer.backward_layer.name: layer.backward_layer}[
                name
            ]
        else:
            layer = layer.get_layer(name)
    return layer


def run_model(model, x, size):
    """Return the model's own outputs, batch by batch, its states put back to zero before and after."""
    reset(model)
    outputs = [keras.ops.convert_to_numpy(model(x[k : k + size])) for k in range(0, len(x), size)]
    reset(model)
    return np.concatenate(outputs)


def reset(model):
    for layer in model._flatten_layers():
        if getattr(layer, "stateful", False) and hasattr(layer, "reset_state"):
            layer.reset_state()


@pytest.mark.parametrize("seed", range(300))
def test_states_and_gates_are_those_of_the_cells(seed, monkeypatch):
    if seed % 5 == 0:
        monkeypatch.setattr(runs, "EAGER_STEPS", -1)  # as a long run is: compiled
    model, x = build(seed)
    size = model.inputs[0].shape[0] or len(x)
    expected = run_model(model, x, size)
    trace = unrolled.trace(model, x)
    np.testing.assert_allclose(trace.outputs[0], expected, **CLOSE)
    assert len(trace.batches) == len(x) // size
    carried = {}
    for batch in trace.batches:
        recurrent = [c for c in batch.calls if isinstance(c, RecurrentCall)]
        assert recurrent
        for call in recurrent:
            layer = find_layer(model, call.path)
            start = carried.get(call.path) or [np.zeros((size, layer.units), "float32") for _ in call.states]
            states, gates, final = run_cell(layer, call.x, start, call.mask)
            for traced, own in zip(
                [*call.initial_state, *call.states, *call.final_state], [*start, *states, *final], strict=True
            ):
                np.testing.assert_allclose(traced, own, **CLOSE)
            assert list(call.gates) == list(gates)
            for name, gate in gates.items():
                np.testing.assert_allclose(call.gates[name], gate, **CLOSE)
            if layer.stateful:
                carried[call.path] = final


@pytest.mark.parametrize("seed", range(0, 300, 25))
def test_every_random_model_is_drawn(seed):
    from test_geometry import assert_tidy

    model, x = build(seed)
    diagram = unrolled.draw(model, x)
    assert_tidy(diagram.scene)
    for layer in model.layers[1:]:
        assert layer.name in diagram.words()
