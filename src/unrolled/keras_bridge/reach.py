"""The reach of each call of a run: which timestep that it reads moves which one that it returns.

It follows from a rule for a loop over time, from the calls inside for a call around such a loop,
and is measured for all others. That is done when it is first asked for, so that a run that is not
drawn pays nothing, and with the weights that the layer has then.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from unrolled.keras_bridge.copies import cells_of
from unrolled.keras_bridge.reach_probes import measure_reach
from unrolled.keras_bridge.replays import Replay, UnreadableError
from unrolled.keras_bridge.tensors import ArrayOf
from unrolled.traces.cells import known_cell
from unrolled.traces.layer_calls import LayerCall
from unrolled.traces.reach import LazyReach, Reaches
from unrolled.traces.reach_rules import (
    bidirectional_reach,
    composed_reach,
    recurrent_reach,
)
from unrolled.traces.recurrent_calls import BidirectionalCall, RecurrentCall


def attach_reach(
    calls: Sequence[LayerCall],
    operation: Any,
    arguments: tuple[Any, dict[str, Any]],
    array_of: ArrayOf,
    *,
    training: bool = False,
) -> None:
    """Give a call, and after it those of its cells, their reaches, measured when first asked for.

    arguments: as the call got them, positional and by name. array_of: gives the array of a
    tensor, None where the run does not hold it. A call is complete before its reach is known: what
    follows from the calls inside it is known only after those were read.
    """
    call = calls[0]
    # each is a RecurrentCall
    cell_calls: Sequence[Any] = calls[1:]
    replay: Replay | None
    try:
        replay = Replay(operation, *arguments, array_of, training=training)
    except UnreadableError:
        # a rule needs no arguments
        replay = None
    # a call is frozen once it is complete but for this
    measured = LazyReach(partial(find_reach, call, operation, replay))
    object.__setattr__(call, "reach", measured)
    # a layer of a single cell has no calls of cells
    cells = zip(cell_calls, cells_of(operation), strict=False)
    for cell_call, cell in cells:
        # a cell of your own may do anything
        if known_cell(cell) is not None:
            # the layer turns round what its last cell returns
            is_turned = cell_call is cell_calls[-1]
            rule = partial(recurrent_reach, cell_call, is_turned=is_turned)
            ruled = LazyReach(rule)
            object.__setattr__(cell_call, "reach", ruled)


def find_reach(
    call: LayerCall, operation: Any, replay: Replay | None
) -> Reaches:
    """Return the reaches of a call: by the rule of a loop, from the calls inside, or measured."""
    # a rule where there is one: what a step leaves in a state fades, and after some hundred steps
    # no number shows it
    if isinstance(call, RecurrentCall) and _is_ruled(operation):
        zero_output = getattr(operation, "zero_output_for_mask", False)
        return recurrent_reach(call, zero_output=bool(zero_output))
    if isinstance(call, BidirectionalCall):
        halves = (operation.forward_layer, operation.backward_layer)
        if all(map(_is_ruled, halves)):
            return bidirectional_reach(call)
    if _has_loop(call):
        composed = composed_reach(call)
        pairs = len(call.outputs) * len(call.inputs)
        # where a part of the way inside is not seen, some pair is missing
        if len(composed) == pairs:
            return composed
    if replay is None:
        return {}
    return measure_reach(replay)


def _is_ruled(layer: Any) -> bool:
    """Return whether the cells of a layer are all Keras's own, which keep what they read."""
    kinds = map(known_cell, cells_of(layer))
    # a cell of your own may do anything
    return None not in kinds


def _has_loop(call: LayerCall) -> bool:
    """Return whether a recurrent layer was called inside this call, at any depth."""
    waiting = [*call.inside]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, RecurrentCall):
            return True
        waiting += inner.inside
    return False
