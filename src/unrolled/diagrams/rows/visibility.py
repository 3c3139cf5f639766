"""Which calls have a row of their own, and which row shows a given output of a call."""

from __future__ import annotations

from collections.abc import Iterator

from unrolled.traces.calls import (
    BidirectionalCall,
    LayerCall,
    RecurrentCall,
)
from unrolled.traces.cells import Array

MOST_AXES = 6  # batch, timesteps, and up to four axes of maps can be drawn


def is_drawn(call: LayerCall) -> bool:
    """Return whether a call has a row: it is not shown by the calls inside it, nor inside a box."""
    return not is_opened(call) and box_around(call) is None


def is_opened(call: LayerCall) -> bool:
    """Return whether a call is shown by those inside: a nested model, cells, two outputs."""
    if not call.inside or not _lets_see_inside(call):
        return False
    if isinstance(call, BidirectionalCall):
        return call.merge_mode is None
    if call.is_model or isinstance(call, RecurrentCall):
        return True
    return all(_find_maker(call, array) for array in call.outputs)


def _lets_see_inside(call: LayerCall) -> bool:
    """Return whether the calls inside a call have rows, be it with or without a row of its own."""
    if call.is_model or isinstance(call, BidirectionalCall):
        return True
    if isinstance(call, RecurrentCall):
        return is_stack(call)
    if call.layer_class == "TimeDistributed":
        return False
    # a layer of one's own
    return any(isinstance(inner, RecurrentCall) for inner in calls_within(call))


def calls_within(call: LayerCall) -> Iterator[LayerCall]:
    """Yield every call inside this one, at any depth."""
    waiting = list(call.inside)
    while waiting:
        inner = waiting.pop()
        yield inner
        waiting += inner.inside


def is_stack(call: LayerCall | None) -> bool:
    """Return whether a call is one of an RNN of several cells."""
    return isinstance(call, RecurrentCall) and bool(call.cells)


def is_channels_first(call: LayerCall) -> bool:
    """Return whether the channels of a map stand in front of its rows."""
    return call.config.get("data_format") == "channels_first"


def is_drawn_as_cells(call: LayerCall) -> bool:
    """Return whether a call is drawn as one cell for each timestep."""
    if not isinstance(call, RecurrentCall) or is_channels_first(call):
        return False
    return call.h.ndim in range(3, MOST_AXES + 1)


def as_recurrent(call: LayerCall) -> RecurrentCall:
    """Return a call that is drawn as cells, as what it therefore is."""
    assert isinstance(call, RecurrentCall)
    return call


def box_around(call: LayerCall) -> LayerCall | None:
    """Return the outermost call around this one that is drawn as one row, or None."""
    box = None
    parent = call.parent
    while parent is not None:
        if not _lets_see_inside(parent):
            box = parent
        parent = parent.parent
    return box


def find_shown(call: LayerCall, number: int) -> tuple[LayerCall, int]:
    """Return the drawn call that shows an output of a call, and which output of its own."""
    box = box_around(call)
    if box is not None:
        return box, _index_of(call.outputs[number], box.outputs)
    if not is_opened(call):
        return call, number
    if isinstance(call, BidirectionalCall):
        return _find_half(call, number)
    if isinstance(call, RecurrentCall):
        return _find_cell(call, number)
    array = call.outputs[number]
    maker = _find_maker(call, array)
    if maker is None:
        return call, number
    return find_shown(maker, _index_of(array, maker.outputs))


def model_names(call: LayerCall) -> str:
    """Return the path of the nested models around a call: ``outer/inner``; empty without one."""
    parent = call.parent
    while parent is not None:
        if parent.is_model:
            return parent.path
        parent = parent.parent
    return ""


def _find_half(call: BidirectionalCall, number: int) -> tuple[LayerCall, int]:
    """Return the half that makes an output of a Bidirectional without a merge.

    It returns two outputs, then the states of the forward half, then those of the backward one.
    """
    halves = (call.forward, call.backward)
    if number < len(halves):
        return find_shown(halves[number], 0)
    half, state = divmod(number - len(halves), len(call.forward.states))
    return find_shown(halves[half], 1 + state)


def _find_cell(call: RecurrentCall, number: int) -> tuple[LayerCall, int]:
    """Return the cell that makes an output of an RNN of several cells.

    It returns the output of the last one, then the states of each.
    """
    made: list[tuple[LayerCall, int]] = [(call.cells[-1], 0)]
    for cell in call.cells:
        states = range(1, 1 + len(cell.states))
        made += [(cell, output) for output in states]
    return made[number]


def _find_maker(call: LayerCall, array: Array) -> LayerCall | None:
    """Return the last call inside this one that returns an array; None if it is made elsewhere."""
    for inner in reversed(call.inside):
        if id(array) in map(id, inner.outputs):
            return inner
    return None


def _index_of(array: Array, arrays: tuple[Array, ...]) -> int:
    """Return which one of several arrays it is; the first one where it is none of them."""
    numbers = [number for number, one in enumerate(arrays) if one is array]
    return min(numbers, default=0)
