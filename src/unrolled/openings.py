"""Which calls have a row of their own, and which row shows a given output of a call."""

from __future__ import annotations

from unrolled.cells import Array
from unrolled.traces import BidirectionalCall, LayerCall, RecurrentCall, Trace


def is_drawn(call: LayerCall) -> bool:
    """Tell whether a call has a row: not a layer that is shown by the calls inside it, nor one inside a closed box."""
    return not is_opened(call) and closed_around(call) is None


def is_opened(call: LayerCall) -> bool:
    """Tell whether a call is shown by the calls inside it alone: a nested model, several cells, two outputs."""
    split = isinstance(call, BidirectionalCall) and call.merge_mode is None
    return (call.is_model or is_stack(call) or split) and bool(call.inside)


def is_stack(call: LayerCall | None) -> bool:
    """Tell whether a call is one of an RNN of several cells."""
    return isinstance(call, RecurrentCall) and bool(call.cells)


def closed_around(call: LayerCall) -> LayerCall | None:
    """Return the outermost call around this one that is drawn as one box, or None."""
    closed, parent = None, call.parent
    while parent is not None:
        if not (parent.is_model or isinstance(parent, BidirectionalCall) or is_stack(parent)):
            closed = parent
        parent = parent.parent
    return closed


def find_shown(call: LayerCall, number: int) -> tuple[LayerCall, int]:
    """Return the drawn call that shows output ``number`` of a call, and which of that call's outputs it is."""
    closed = closed_around(call)
    if closed is not None:
        return closed, _place(closed.outputs, call.outputs[number])
    if isinstance(call, BidirectionalCall) and call.merge_mode is None and call.inside:
        return _of_half(call, number)
    if isinstance(call, RecurrentCall) and call.cells:
        return _of_cell(call, number)
    if call.is_model and call.inside:
        for inner in reversed(call.inside):
            if any(a is call.outputs[number] for a in inner.outputs):
                return find_shown(inner, _place(inner.outputs, call.outputs[number]))
    return call, number


def model_names(trace: Trace, call: LayerCall) -> str:
    """Return the path of the nested models around a call: ``outer/inner``; empty where there is none."""
    parent = call.parent
    while parent is not None and not parent.is_model:
        parent = parent.parent
    return "" if parent is None else parent.path


def _of_half(call: BidirectionalCall, number: int) -> tuple[LayerCall, int]:
    """Return the half that makes an output of a Bidirectional without a merge: two outputs, then all states."""
    if number < 2:
        return find_shown((call.forward, call.backward)[number], 0)
    count = len(call.forward.states)
    half = (call.forward, call.backward)[min(1, (number - 2) // count)]
    return find_shown(half, 1 + (number - 2) % count)


def _of_cell(call: RecurrentCall, number: int) -> tuple[LayerCall, int]:
    """Return the cell that makes an output of an RNN of several cells: one output, then the states of each cell."""
    if number == 0:
        return call.cells[-1], 0
    left = number - 1
    for cell in call.cells:
        if left < len(cell.states):
            return cell, 1 + left
        left -= len(cell.states)
    return call.cells[-1], 0


def _place(arrays: tuple[Array, ...], array: Array) -> int:
    return next((k for k, a in enumerate(arrays) if a is array), 0)
