"""The reach of each call of a run: which timestep that it reads moves which one that it returns.

It follows from a rule for a loop over time, from the calls inside for a call around such a loop,
and is measured for all others. That is done when it is first asked for, so that a run that is not
drawn pays nothing, and with the weights that the layer has then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from unrolled.keras_bridge.reach_probes import measure_reach
from unrolled.keras_bridge.replays import Replay, UnreadableError, Value
from unrolled.traces.calls import BidirectionalCall, LayerCall, RecurrentCall
from unrolled.traces.cell_facts import cell_facts_of
from unrolled.traces.cells import Array
from unrolled.traces.reach import LazyReach, Pair
from unrolled.traces.reach_rules import bidirectional_reach, composed_reach, recurrent_reach


def attach_reach(
    calls: Sequence[LayerCall],
    operation: Any,
    arguments: tuple[Any, dict[str, Any]],
    value: Value,
    *,
    training: bool = False,
) -> None:
    """Give a call, and after it those of its cells, their reaches, measured when first asked for.

    arguments: as the call got them, positional and by name. value: gives the array of a tensor,
    None where the run does not hold it. A call is complete before its reach is known: what follows
    from the calls inside it is known only after those were read.
    """
    call, *cells = calls
    try:
        replay = Replay(operation, *arguments, value, training=training)
    except UnreadableError:
        replay = None
    _attach(call, LazyReach(lambda: find_reach(call, operation, replay)))
    for cell in cells:
        if isinstance(cell, RecurrentCall) and _keeps_state(operation):
            rule = partial(recurrent_reach, cell, return_sequences=cell.return_sequences)
            _attach(cell, LazyReach(rule))


def _attach(call: LayerCall, reach: LazyReach) -> None:
    object.__setattr__(call, "reach", reach)


def find_reach(call: LayerCall, operation: Any, replay: Replay | None) -> Mapping[Pair, Array]:
    """Return the reaches of a call: by the rule of a loop, from the calls inside, or measured."""
    if isinstance(call, RecurrentCall) and _keeps_state(operation):
        return recurrent_reach(
            call,
            return_sequences=call.return_sequences,
            zero_output=bool(getattr(operation, "zero_output_for_mask", False)),
        )
    if isinstance(call, BidirectionalCall) and _has_ruled_halves(operation):
        return bidirectional_reach(call)
    if _has_loop(call):
        composed = composed_reach(call)
        if len(composed) == len(call.outputs) * len(call.inputs):
            return composed
    return {} if replay is None else measure_reach(replay)


def _keeps_state(layer: Any) -> bool:
    """Return whether the cells of a recurrent layer are Keras's own, which keep what they read."""
    cell = getattr(layer, "cell", None)
    cells = getattr(cell, "cells", [cell])
    return all(
        type(c).__module__.startswith("keras.") and cell_facts_of(type(c).__name__).states
        for c in cells
    )


def _has_ruled_halves(layer: Any) -> bool:
    return _keeps_state(layer.forward_layer) and _keeps_state(layer.backward_layer)


def _has_loop(call: LayerCall) -> bool:
    """Return whether a recurrent layer was called inside this call, at any depth."""
    return any(isinstance(c, RecurrentCall) or _has_loop(c) for c in call.inside)
