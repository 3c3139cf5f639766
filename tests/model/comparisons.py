"""One random model: its trace against a run of the real cells step by step. Shared by `make test`
and conformance.
"""

from contextlib import ExitStack
from unittest.mock import patch

import keras
import numpy as np
from keras import tree
from random_models import build
from step_by_step import Replay

import unrolled
from unrolled.keras_bridge import batch_runs as runs
from unrolled.traces.recurrent_calls import RecurrentCall

CLOSE = {"rtol": 1e-5, "atol": 1e-5}


def compare(seed):
    """Raise AssertionError, with what differs where, if the trace of the seed's model is not that
    of its cells.
    """
    made = build(seed)
    rng = np.random.default_rng(seed)
    for state in stored_states(made.model):
        state.assign(rng.normal(size=state.shape))
    expected = replay(made)
    before = [
        np.array(keras.ops.convert_to_numpy(v)) for v in variables(made.model)
    ]
    with ExitStack() as stack:
        if seed % 10 == 0:
            stack.enter_context(
                patch.object(runs, "EAGER_STEPS", -1)
            )  # as a long run is: compiled
        trace = unrolled.trace(made.model, made.x, batch_size=made.batch_size)
    for variable, value in zip(variables(made.model), before, strict=True):
        same(variable, value, f"{variable.path} after the trace", exact=True)
    real = run_model(made, before)
    assert len(trace.batches) == len(expected) == len(real)
    for batch, (outputs, heard), own in zip(
        trace.batches, expected, real, strict=True
    ):
        compare_batch(batch, outputs, heard, own)


def replay(made):
    run = Replay(made.plan)
    return [run.run(arrays) for arrays in made.batches()]


def run_model(made, before):
    """Return the model's own outputs, batch by batch, its states put back afterwards."""
    outputs = []
    for arrays in made.batches():
        tensors = [keras.ops.convert_to_tensor(a) for a in arrays]
        made_now = made.model(
            tensors[0] if len(tensors) == 1 else tensors, training=False
        )
        outputs.append(
            [keras.ops.convert_to_numpy(t) for t in tree.flatten(made_now)]
        )
    for variable, value in zip(variables(made.model), before, strict=True):
        variable.assign(value)
    return outputs


def stored_states(model):
    return [
        s
        for layer in model._flatten_layers()
        for s in tree.flatten(getattr(layer, "states", None))
        if s is not None
    ]


def variables(model):
    found = [*model.variables, *stored_states(model)]
    return list({id(v): v for v in found}.values())


def compare_batch(batch, outputs, heard, own):
    for k, (traced, real, stepped) in enumerate(
        zip(batch.outputs, own, outputs, strict=True)
    ):
        same(traced, real, f"output {k} against the model's own")
        same(
            stepped,
            real,
            f"output {k} of the run step by step against the model's own",
        )
    calls = [
        c
        for c in batch.calls
        if c.parent is None or c.parent.layer_class != "TimeDistributed"
    ]
    assert [c.path for c in calls] == [h.path for h in heard]
    assert any(isinstance(c, RecurrentCall) for c in calls)
    for call, known in zip(calls, heard, strict=True):
        compare_call(call, known)


def compare_call(call, heard):
    name = f"{call.path} call {call.number}"
    compare_arrays(call.inputs, heard.inputs, f"{name} inputs", heard.read_at)
    compare_arrays(
        call.outputs, heard.outputs, f"{name} outputs", heard.made_at
    )
    compare_masks(call.mask, heard.mask, f"{name} mask")
    compare_masks(call.output_mask, heard.output_mask, f"{name} output mask")
    for given, source in zip(call.inputs, call.sources, strict=True):
        assert source is not None, f"{name} source"
        assert any(np.array_equal(given, made) for made in source.outputs), (
            f"{name} reads what {source.path} makes"
        )
    assert isinstance(call, RecurrentCall) == (heard.loop is not None), (
        f"{name} is recurrent"
    )
    if heard.loop is not None:
        compare_arrays(
            call.initial_state, heard.initial, f"{name} initial state"
        )
        compare_arrays(call.states, heard.loop.states, f"{name} states")
        compare_arrays(
            call.final_state, heard.loop.final, f"{name} final state"
        )
        assert list(call.gates) == list(heard.loop.gates), f"{name} gates"
        for gate, values in heard.loop.gates.items():
            same(call.gates[gate], values, f"{name} gate {gate}")


def compare_arrays(traced, expected, name, steps=None):
    assert len(traced) == len(expected), (
        f"{name}: {len(traced)} instead of {len(expected)}"
    )
    for k, (a, b) in enumerate(zip(traced, expected, strict=True)):
        assert a.shape == b.shape, (
            f"{name} {k}: shape {a.shape} instead of {b.shape}"
        )
        same(
            *((a, b) if steps is None else (a[steps], b[steps])), f"{name} {k}"
        )


def compare_masks(traced, expected, name):
    assert (traced is None) == (expected is None), (
        f"{name}: {traced} instead of {expected}"
    )
    if expected is not None:
        same(traced, expected, name, exact=True)


def same(traced, expected, name, *, exact=False):
    traced, expected = (
        keras.ops.convert_to_numpy(a) for a in (traced, expected)
    )
    assert traced.shape == expected.shape, (
        f"{name}: shape {traced.shape} instead of {expected.shape}"
    )
    if exact:
        np.testing.assert_array_equal(traced, expected, err_msg=name)
    else:
        np.testing.assert_allclose(traced, expected, **CLOSE, err_msg=name)
