"""The reach of each call of a run: which timestep that it reads moves which one that it returns.

It follows from a rule for a loop over time, from the calls inside for a call around such a loop,
and is measured for all others. That is done when it is first asked for, so that a run that is not
drawn pays nothing, and with the weights that the layer has then.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from unrolled.keras_bridge.copies import cells_of
from unrolled.keras_bridge.reach_probes import measure_reach
from unrolled.keras_bridge.replays import Replay, UnreadableError, Value
from unrolled.traces.cell_facts import cell_facts_of
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
    _attach(call, partial(find_reach, call, operation, replay))
    for read, cell in zip(cells, cells_of(operation), strict=False):
        if isinstance(read, RecurrentCall) and _keeps_state(cell):
            is_last = read is cells[-1]
            _attach(read, partial(recurrent_reach, read, is_turned=is_last))


def _attach(call: LayerCall, measure: Callable[[], Reaches]) -> None:
    # a call is frozen once it is complete but for this
    object.__setattr__(call, "reach", LazyReach(measure))


def find_reach(
    call: LayerCall, operation: Any, replay: Replay | None
) -> Reaches:
    """Return the reaches of a call: by the rule of a loop, from the calls inside, or measured."""
    if isinstance(call, RecurrentCall) and _is_ruled(operation):
        zeros = getattr(operation, "zero_output_for_mask", False)
        return recurrent_reach(call, zero_output=bool(zeros))
    if isinstance(call, BidirectionalCall):
        halves = (operation.forward_layer, operation.backward_layer)
        if all(map(_is_ruled, halves)):
            return bidirectional_reach(call)
    if _has_loop(call):
        composed = composed_reach(call)
        if len(composed) == len(call.outputs) * len(call.inputs):
            return composed
    if replay is None:
        return {}
    return measure_reach(replay)


def _is_ruled(layer: Any) -> bool:
    """Return whether the cells of a recurrent layer are all Keras's own."""
    return all(map(_keeps_state, cells_of(layer)))


def _keeps_state(cell: Any) -> bool:
    """Return whether a cell is Keras's own, which keeps what it read."""
    if not type(cell).__module__.startswith("keras."):
        return False
    facts = cell_facts_of(type(cell).__name__)
    return bool(facts.states)


def _has_loop(call: LayerCall) -> bool:
    """Return whether a recurrent layer was called inside this call, at any depth."""
    waiting = [*call.inside]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, RecurrentCall):
            return True
        waiting += inner.inside
    return False
