"""Which calls have a row of their own, and which row shows a given output of a call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall
from unrolled.traces.recurrent_calls import BidirectionalCall, RecurrentCall

# a call, and which of its outputs
Maker = tuple[LayerCall, int]
MOST_AXES = 6  # batch, timesteps, and up to four axes of maps can be drawn


def is_drawn(call: LayerCall) -> bool:
    """Return whether a call has a row: it is not shown by the calls inside it, nor inside a box."""
    if is_opened(call):
        return False
    return box_around(call) is None


def is_opened(call: LayerCall) -> bool:
    """Return whether a call is shown by those inside: a nested model, cells, two outputs."""
    if not call.inside or not _lets_see_inside(call):
        return False
    if isinstance(call, BidirectionalCall):
        # the merge of both halves is a row of its own
        return call.merge_mode is None
    if call.is_model or isinstance(call, RecurrentCall):
        return True
    # a layer of one's own may go on with what the layers inside it return
    makers = _find_makers(call)
    return None not in makers


def _lets_see_inside(call: LayerCall) -> bool:
    """Return whether the calls inside a call have rows, be it with or without a row of its own."""
    if call.is_model or isinstance(call, BidirectionalCall):
        return True
    if isinstance(call, RecurrentCall):
        return is_stack(call)
    if call.layer_class == "TimeDistributed":
        # it calls what it wraps once for all steps, which therefore shows none of them
        return False
    # a layer of one's own that goes through the steps with layers of Keras
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
        return box, _find_output(box, call.outputs[number])
    if not is_opened(call):
        return call, number
    maker = _find_makers(call)[number]
    if maker is None:
        return call, number
    inner, output = maker
    return find_shown(inner, output)


def _find_makers(call: LayerCall) -> list[Maker | None]:
    """Return for each output of a call the call inside it that makes it; None where none does."""
    if isinstance(call, BidirectionalCall):
        halves = (call.forward, call.backward)
        return [*_outputs_of(halves), *_states_of(halves)]
    if isinstance(call, RecurrentCall):
        # the last cell returns what the layer does
        return [*_outputs_of(call.cells[-1:]), *_states_of(call.cells)]
    makers: dict[int, Maker] = {}
    for inner in reversed(call.inside):
        for number, array in enumerate(inner.outputs):
            makers.setdefault(id(array), (inner, number))
    return [makers.get(id(array)) for array in call.outputs]


def _outputs_of(calls: Sequence[RecurrentCall]) -> list[Maker]:
    return [(call, 0) for call in calls]


def _states_of(calls: Sequence[RecurrentCall]) -> list[Maker]:
    """Return the final states of calls, one call after the other."""
    return [
        (call, 1 + state) for call in calls for state in range(len(call.states))
    ]


def _find_output(call: LayerCall, array: Array) -> int:
    """Return which output of a call an array is; the first one where it is none of them."""
    outputs = enumerate(call.outputs)
    numbers = [number for number, output in outputs if output is array]
    return min(numbers, default=0)


def model_names(call: LayerCall) -> str:
    """Return the path of the nested models around a call: ``outer/inner``; empty without one."""
    parent = call.parent
    while parent is not None:
        if parent.is_model:
            return parent.path
        parent = parent.parent
    return ""
