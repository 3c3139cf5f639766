"""The loop that was heard against the one that the layer itself runs, on its first steps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from operator import itemgetter
from typing import Any

import keras
import numpy as np

from unrolled.keras_bridge.copies import copy_recurrent
from unrolled.keras_bridge.loop_records import (
    LoopRecord,
    TraceError,
    cut,
    seen,
)
from unrolled.keras_bridge.loop_steps import carry_over_masked
from unrolled.keras_bridge.tensors import ArrayOf, Tensor
from unrolled.traces.cells import Array

#: of a loop so many samples and steps are run by the layer itself
_COMPARED = 2
#: a fused kernel sums in another order
_ALLOWED = {"float32": 1e-3, "float64": 1e-3}
_ALLOWED_OF_SHORT_FLOATS = 3e-2


#: the last output of a loop, all its outputs, its states
_Returned = tuple[Array, Array, list[Array]]


@dataclass(frozen=True)
class _Start:
    """What a loop reads first, of some samples: its first steps in the order of the data."""

    sequences: Array
    mask: Array | None
    initial: list[Array]


def returns_turned(layer: Any, loop: LoopRecord, array_of: ArrayOf) -> bool:
    """Run the layer's own loop, a fused kernel where it has one, and compare what it returns.

    Return whether it returns its steps the other way round than was heard, in the order of the
    data: a fused kernel of a layer that reads backwards may do so. Raises TraceError where an
    output or a state is another one. A loop with dropout is not compared: each run draws anew. Nor
    is one that runs in a call of its layer alone.
    """
    if loop.output is None:
        # the layer puts zeros where the loop that was heard has none
        return False
    can_turn = layer.go_backwards and layer.return_sequences
    if loop.dropout and not can_turn:
        return False
    start = _read_start(loop, array_of)
    try:
        own = _run_own_loop(layer, loop, start)
    except TypeError:
        # JAX refuses short floats outside a call of the layer, which casts the weights
        return False
    is_turned = False
    if can_turn:
        is_turned = _ends_in_front(layer, loop, start, own)
    if not loop.dropout:
        _compare(layer, loop, start, array_of, own, is_turned=is_turned)
    return is_turned


def _read_start(loop: LoopRecord, array_of: ArrayOf) -> _Start:
    read = partial(seen, array_of)
    steps = slice(_COMPARED)
    # the last ones are read first
    if loop.go_backwards:
        steps = slice(-_COMPARED, None)
    mask = None
    if loop.mask is not None:
        mask = read(loop.mask)[:_COMPARED, steps]
    sequences = read(loop.sequences)[:_COMPARED, steps]
    first_samples = itemgetter(slice(_COMPARED))
    initial = list(map(first_samples, map(read, loop.initial)))
    return _Start(sequences, mask, initial)


def _ends_in_front(
    layer: Any, loop: LoopRecord, start: _Start, own: _Returned
) -> bool:
    """Return whether the first step that a loop returns is the one that it reads last."""
    last, outputs, _ = own
    if np.allclose(outputs[:, 0], outputs[:, -1]):
        # padding, of which all steps are alike
        noise = np.random.default_rng(0).normal(size=start.sequences.shape)
        sequences = noise.astype(start.sequences.dtype)
        mask = start.mask
        if mask is not None:
            mask = np.ones_like(mask)
        noisy = replace(start, sequences=sequences, mask=mask)
        last, outputs, _ = _run_own_loop(layer, loop, noisy)
    if np.allclose(outputs[:, -1], last):
        return False
    return np.allclose(outputs[:, 0], last)


def _compare(
    layer: Any,
    loop: LoopRecord,
    start: _Start,
    array_of: ArrayOf,
    own: _Returned,
    *,
    is_turned: bool,
) -> None:
    """Raise TraceError where the layer itself returns something else than was heard."""
    last, outputs, states = own
    if is_turned:
        outputs = outputs[:, ::-1]
    heard = _heard_of(loop, str(loop.output), array_of)
    _require_same(layer, heard[:, -1], last)
    if layer.return_sequences:
        _require_same(layer, heard, outputs)
    mask = start.mask
    if mask is not None:
        # Keras takes one of (batch, timesteps, 1) too
        mask = mask.astype(bool).reshape(mask.shape[:2])
    if mask is not None and loop.go_backwards:
        # in the order of reading
        mask = mask[:, ::-1]
    for number, state in enumerate(states):
        heard = _heard_of(loop, f"state{number}", array_of)
        kept = carry_over_masked(heard, start.initial[number], mask)
        _require_same(layer, kept[:, -1], state)


def _heard_of(loop: LoopRecord, name: str, array_of: ArrayOf) -> Array:
    """Return one value of the steps that were read first, in the order of reading."""
    wide = list(map(partial(seen, array_of), loop.wide))
    column = loop.columns[name]
    first: Array = cut(wide, column, 2)[:_COMPARED, :_COMPARED]
    return first.astype(column.dtype)


def _run_own_loop(layer: Any, loop: LoopRecord, start: _Start) -> _Returned:
    """Return what the layer's own loop returns: its last output, its outputs, its states."""
    initial = list(map(_tensor, start.initial))
    mask: Tensor | None = start.mask
    if mask is not None:
        mask = _tensor(mask)
    last, outputs, states = copy_recurrent(layer).inner_loop(
        _tensor(start.sequences),
        keras.tree.pack_sequence_as(loop.structure, initial),
        mask,
        training=False,
    )
    to_array = keras.ops.convert_to_numpy
    flat = keras.tree.flatten(states)
    states = list(map(to_array, flat))
    return to_array(last), to_array(outputs), states


def _require_same(layer: Any, heard: Array, own: Array) -> None:
    """Raise TraceError where a value is not the layer's own."""
    allowed = _ALLOWED.get(heard.dtype.name, _ALLOWED_OF_SHORT_FLOATS)
    left, right = heard.astype("float64"), own.astype("float64")
    if np.allclose(left, right, rtol=allowed, atol=allowed, equal_nan=True):
        return
    difference = np.abs(left - right)
    error = np.max(difference)
    raise TraceError(
        f"The loop that was heard in {layer.name!r} ({type(layer).__name__}) does not "
        "return what the layer "
        f"itself does: off by {error:.3g} after {_COMPARED} steps. Keras is "
        f"{keras.__version__}; please report "
        "it with the layer's get_config()."
    )


def _tensor(array: Array) -> Tensor:
    return keras.ops.convert_to_tensor(array, dtype=array.dtype.name)
