"""From what the taps heard to a Trace: names, arrays, who fed whom, states and gates in the order of the data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np

from unrolled.cells import Array, gate_names, rebuild_error
from unrolled.constructors import describe, read_config
from unrolled.loops import LoopTap, known_cell
from unrolled.scans import Tensor
from unrolled.taps import CallTap, Recorder
from unrolled.traces import LayerCall, RecurrentCall, Trace
from unrolled.weights import count, read_gates

TOLERANCE = 1e-5
Value = Callable[[Tensor], Array | None]


class TraceError(RuntimeError):
    """The gates that were heard do not give back the model's own states: a wrong trace is not returned."""


def read_trace(model: Any, recorder: Recorder, inputs: Mapping[str, Tensor], value: Value, *, invented: bool) -> Trace:
    """Return the Trace of one batch. ``value`` gives the array of a tensor, None for one that cannot be seen.

    Raises TraceError where the states cannot be rebuilt from the gates.
    """
    root, *taps = recorder.calls
    skipped = _not_shown(root, taps, value)
    entries = {
        id(t): LayerCall(
            layer_name=name,
            layer_class="InputLayer",
            path=name,
            constructor=f"Input({tuple(int(n) for n in t.shape[1:])})",
            outputs=(_seen(value, t),),
        )
        for name, t in inputs.items()
    }
    makers: dict[int, LayerCall] = dict(entries)
    read: dict[int, LayerCall] = {}
    counts: dict[int, int] = {}
    for tap in taps:
        if id(tap) in skipped:
            continue
        number = counts[id(tap.operation)] = counts.get(id(tap.operation), -1) + 1
        call = _read_call(tap, read.get(id(tap.parent)), makers, value, number)
        read[id(tap)] = call
        makers.update({id(t): call for t in tap.outputs})
    return Trace(
        model.name,
        list(entries.values()),
        list(read.values()),
        [_seen(value, t) for t in root.outputs],
        [makers.get(id(t)) for t in root.outputs],
        stateful=any(getattr(tap.operation, "stateful", False) is True for tap in taps),
        invented=invented,
    )


def _not_shown(root: CallTap, taps: Sequence[CallTap], value: Value) -> set[int]:
    """Return the ids of the calls to leave out.

    These are the calls inside a loop or branch of the graph, whose values cannot be read, and the operations
    that only compute a mask: a mask is shown where it acts.
    """
    skipped: set[int] = set()
    used = {id(t) for t in root.outputs}
    for tap in reversed(taps):
        hidden = any(value(t) is None for t in tap.outputs)
        is_layer = isinstance(tap.operation, keras.layers.Layer)
        if hidden or not (is_layer or any(id(t) in used for t in tap.outputs)):
            skipped.add(id(tap))
        else:
            used.update(id(t) for t in tap.inputs)
    return skipped


def _read_call(
    tap: CallTap, parent: LayerCall | None, makers: Mapping[int, LayerCall], value: Value, number: int
) -> LayerCall:
    layer = tap.operation
    known: dict[str, Any] = {
        "layer_name": layer.name,
        "layer_class": type(layer).__name__,
        "path": layer.name if parent is None else f"{parent.path}/{layer.name}",
        "constructor": describe(layer),
        "config": read_config(layer),
        "inputs": tuple(_seen(value, t) for t in tap.inputs),
        "outputs": tuple(_seen(value, t) for t in tap.outputs),
        "sources": tuple(makers.get(id(t)) for t in tap.inputs),
        "arguments": tuple(tap.arguments),
        "mask": _bools(tap.mask, value),
        "output_mask": _bools(tap.output_mask, value),
        "parent": parent,
        "number": number,
        "weights": count(layer),
        "is_model": isinstance(layer, keras.Model),
    }
    if len(tap.loops) != 1 or not hasattr(layer, "cell"):
        return LayerCall(**known)
    return RecurrentCall(**(known | _read_loop(layer, tap.loops[0], value)))


def _read_loop(layer: Any, loop: LoopTap, value: Value) -> dict[str, Any]:
    """Return the fields that a RecurrentCall has beyond a LayerCall's."""
    mask = _bools(loop.mask, value)
    mask = mask if mask is None or mask.ndim == 2 else mask.reshape(mask.shape[:2])
    initial = tuple(_seen(value, t) for t in loop.initial)
    parts = {name: _in_data_order(_seen(value, t), loop.go_backwards) for name, t in loop.parts.items()}
    names = [n for n in parts if n.startswith("state")]
    states = [_carried(parts[n], start, mask, loop.go_backwards) for n, start in zip(names, initial, strict=True)]
    kind = known_cell(layer.cell)
    gates = {} if kind is None else {name: _blanked(parts[f"0.{name}"], mask) for name in gate_names(kind)}
    if kind is not None:
        _verify(layer, kind, states, gates, initial, mask, loop.go_backwards)
    return {
        "weights": read_gates(layer, kind),
        "cell_class": kind or type(layer.cell).__name__,
        "states": tuple(states),
        "gates": gates,
        "initial_state": initial,
        "final_state": tuple(_seen(value, t) for t in loop.final),
        "mask": mask,
        "go_backwards": loop.go_backwards,
        "stateful": bool(layer.stateful),
        "return_sequences": bool(layer.return_sequences),
        "return_state": bool(layer.return_state),
    }


def _in_data_order(part: Array, go_backwards: bool) -> Array:
    """Return a view (batch, timesteps, ...) in the order of the data."""
    part = np.swapaxes(part, 0, 1)
    return part[:, ::-1] if go_backwards else part


def _carried(state: Array, initial: Array, mask: Array | None, go_backwards: bool) -> Array:
    """Return the state after every step, carried over the masked ones from the step before (or the start)."""
    if mask is None or mask.all():
        return state
    order = slice(None, None, -1 if go_backwards else 1)
    kept = mask[:, order]
    last = np.maximum.accumulate(np.where(kept, np.arange(kept.shape[1]), -1), axis=1)
    last = last.reshape(last.shape + (1,) * (state.ndim - 2))
    taken = np.take_along_axis(state[:, order], np.maximum(last, 0), axis=1)
    carried: Array = np.where(last < 0, initial[:, None], taken)[:, order]
    return carried


def _blanked(gate: Array, mask: Array | None) -> Array:
    """Return the gate with NaN at masked steps."""
    if mask is None or mask.all():
        return gate
    return np.where(mask[..., None], gate, np.array(np.nan, gate.dtype))


def _verify(
    layer: Any,
    kind: str,
    states: Sequence[Array],
    gates: Mapping[str, Array],
    initial: Sequence[Array],
    mask: Array | None,
    go_backwards: bool,
) -> None:
    def activation(a: Array) -> Array:
        return np.asarray(keras.ops.convert_to_numpy(layer.cell.activation(keras.ops.convert_to_tensor(a))))

    error = rebuild_error(kind, list(states), gates, list(initial), mask, activation, go_backwards)
    exact = np.finfo(states[0].dtype).eps if states[0].dtype.kind == "f" else 2.0**-8
    if not error <= max(TOLERANCE, 8 * float(exact)):
        raise TraceError(
            f"The gates heard in {layer.name!r} ({type(layer).__name__}) do not give back its states: rebuilt from "
            f"them, a state is off by {error:.3g} (allowed {TOLERANCE}). This Keras ({keras.__version__}) may compute "
            "its cells in another order; please report it with the layer's get_config()."
        )


def _seen(value: Value, tensor: Tensor) -> Array:
    array = value(tensor)
    if array is None:
        raise TraceError("a value inside a loop or branch of the model's graph cannot be read")
    return array


def _bools(tensor: Tensor | None, value: Value) -> Array | None:
    array = None if tensor is None else value(tensor)
    return None if array is None else array.astype(bool)
