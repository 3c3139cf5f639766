"""Which calls have a row of their own, and which row shows a given output of a call."""

from __future__ import annotations

from collections.abc import Iterator

from unrolled.traces.calls import (
    BidirectionalCall,
    LayerCall,
    RecurrentCall,
    Trace,
)
from unrolled.traces.cells import Array

_MOST_AXES = 6  # batch, timesteps, and up to four axes of maps can be drawn


def is_drawn(call: LayerCall) -> bool:
    """Return whether a call has a row: it is not shown by the calls inside it, nor inside a box."""
    return not is_opened(call) and box_around(call) is None


def is_opened(call: LayerCall) -> bool:
    """Return whether a call is shown by those inside: a nested model, cells, two outputs."""
    if not call.inside:
        return False
    if call.is_model or is_stack(call) or returns_both_halves(call):
        return True
    return holds_recurrent(call) and all(
        _maker_inside(call, a) is not None for a in call.outputs
    )


def returns_both_halves(call: LayerCall) -> bool:
    """Return whether a call is a Bidirectional without a merge."""
    return isinstance(call, BidirectionalCall) and call.merge_mode is None


def holds_recurrent(call: LayerCall) -> bool:
    """Return whether a layer of one's own calls recurrent ones, which then have rows."""
    if isinstance(call, (RecurrentCall, BidirectionalCall)) or call.is_model:
        return False
    if call.layer_class == "TimeDistributed":
        return False
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
    return 3 <= call.h.ndim <= _MOST_AXES


def box_around(call: LayerCall) -> LayerCall | None:
    """Return the outermost call around this one that is drawn as one row, or None."""
    box, parent = None, call.parent
    while parent is not None:
        if not _lets_see_inside(parent):
            box = parent
        parent = parent.parent
    return box


def find_shown(call: LayerCall, number: int) -> tuple[LayerCall, int]:
    """Return the drawn call that shows an output of a call, and which output of its own."""
    box = box_around(call)
    if box is not None:
        return box, _index_of(box.outputs, call.outputs[number])
    if returns_both_halves(call) and call.inside:
        assert isinstance(call, BidirectionalCall)
        return _of_half(call, number)
    if isinstance(call, RecurrentCall) and call.cells:
        return _of_cell(call, number)
    inner = (
        _maker_inside(call, call.outputs[number]) if is_opened(call) else None
    )
    if inner is None:
        return call, number
    return find_shown(inner, _index_of(inner.outputs, call.outputs[number]))


def model_names(trace: Trace, call: LayerCall) -> str:
    """Return the path of the nested models around a call: ``outer/inner``; empty without one."""
    parent = call.parent
    while parent is not None and not parent.is_model:
        parent = parent.parent
    return "" if parent is None else parent.path


def _lets_see_inside(call: LayerCall) -> bool:
    if call.is_model or isinstance(call, BidirectionalCall):
        return True
    return is_stack(call) or holds_recurrent(call)


def _of_half(call: BidirectionalCall, number: int) -> tuple[LayerCall, int]:
    """Return the half that makes an output of a Bidirectional without a merge.

    It returns two outputs, then the states of the forward half, then those of the backward one.
    """
    halves = (call.forward, call.backward)
    if number < len(halves):
        return find_shown(halves[number], 0)
    half, state = divmod(number - len(halves), len(call.forward.states))
    return find_shown(halves[min(1, half)], 1 + state)


def _of_cell(call: RecurrentCall, number: int) -> tuple[LayerCall, int]:
    """Return the cell that makes an output of an RNN of several cells: one output, then states."""
    if number == 0:
        return call.cells[-1], 0
    left = number - 1
    for cell in call.cells:
        if left < len(cell.states):
            return cell, 1 + left
        left -= len(cell.states)
    return call.cells[-1], 0


def _maker_inside(call: LayerCall, array: Array) -> LayerCall | None:
    """Return the call inside this one that made an array."""
    for inner in reversed(call.inside):
        if any(output is array for output in inner.outputs):
            return inner
    return None


def _index_of(arrays: tuple[Array, ...], array: Array) -> int:
    for index, other in enumerate(arrays):
        if other is array:
            return index
    return 0
