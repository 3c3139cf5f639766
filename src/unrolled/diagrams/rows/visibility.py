"""Which calls have a row of their own, and which row shows a given output of a call."""

from __future__ import annotations

from unrolled.traces.calls import BidirectionalCall, LayerCall, RecurrentCall, Trace
from unrolled.traces.cells import Array


def is_drawn(call: LayerCall) -> bool:
    """Tell whether a call has a row: not a layer that is shown by the calls inside it, nor one inside a closed box."""
    return not is_opened(call) and closed_around(call) is None


def is_opened(call: LayerCall) -> bool:
    """Tell whether a call is shown by the calls inside it alone: a nested model, several cells, two outputs."""
    split = isinstance(call, BidirectionalCall) and call.merge_mode is None
    whole = holds_recurrent(call) and all(_found_inside(call, a) is not None for a in call.outputs)
    return (call.is_model or is_stack(call) or split or whole) and bool(call.inside)


def holds_recurrent(call: LayerCall) -> bool:
    """Tell whether a layer of one's own calls recurrent layers, which then have rows of their own."""
    if (
        isinstance(call, (RecurrentCall, BidirectionalCall))
        or call.is_model
        or call.layer_class == "TimeDistributed"
    ):
        return False
    todo = list(call.inside)
    while todo:
        inner = todo.pop()
        if isinstance(inner, RecurrentCall):
            return True
        todo += inner.inside
    return False


def is_stack(call: LayerCall | None) -> bool:
    """Tell whether a call is one of an RNN of several cells."""
    return isinstance(call, RecurrentCall) and bool(call.cells)


def closed_around(call: LayerCall) -> LayerCall | None:
    """Return the outermost call around this one that is drawn as one box, or None."""
    closed, parent = None, call.parent
    while parent is not None:
        if not (
            parent.is_model
            or isinstance(parent, BidirectionalCall)
            or is_stack(parent)
            or holds_recurrent(parent)
        ):
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
    inner = _found_inside(call, call.outputs[number]) if is_opened(call) else None
    return (
        (call, number)
        if inner is None
        else find_shown(inner, _place(inner.outputs, call.outputs[number]))
    )


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


def _found_inside(call: LayerCall, array: Array) -> LayerCall | None:
    """Return the call inside this one that made an array."""
    return next((c for c in reversed(call.inside) if any(a is array for a in c.outputs)), None)


def _place(arrays: tuple[Array, ...], array: Array) -> int:
    return next((k for k, a in enumerate(arrays) if a is array), 0)
