"""Which calls have a row of their own, and which row shows a given output of a call."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import cast

from unrolled.traces.layer_calls import LayerCall
from unrolled.traces.recurrent_calls import BidirectionalCall, RecurrentCall

# a call, and which of its outputs
Maker = tuple[LayerCall, int]
MOST_AXES = 6  # batch, timesteps, and up to four axes of maps can be drawn


def is_drawn(call: LayerCall) -> bool:
    """Return whether a call has a row: it is not shown by the calls inside it, nor inside a box."""
    if is_opened(call):
        # the rows of the calls inside it stand in its place
        return False
    # what is inside a box is shown by the row of the box
    box = box_around(call)
    return box is None


def is_opened(call: LayerCall) -> bool:
    """Return whether a call is shown by those inside: a nested model, cells, two outputs."""
    if not call.inside:
        # there is nothing to see, not even in a model
        return False
    if not _lets_see_inside(call):
        # it is a box: what is inside has no row
        return False
    match call:
        case LayerCall(is_model=True) | RecurrentCall():
            # what they do besides is said where its result is read
            return True
        case BidirectionalCall():
            # the merge of both halves is a row of its own
            return call.merge_mode is None
        case _:
            # a layer of one's own may go on with what the layers inside it return
            makers = _find_makers(call)
            return None not in makers


def _lets_see_inside(call: LayerCall) -> bool:
    """Return whether the calls inside a call have rows, be it with or without a row of its own."""
    match call:
        case LayerCall(is_model=True) | BidirectionalCall():
            return True
        case RecurrentCall():
            # of a single cell the states are drawn, and not the layers that it calls at each step
            return len(call.cells) > 0
        case LayerCall(layer_class="TimeDistributed"):
            # it calls what it wraps once for all steps, which therefore shows none of them
            return False
        case _:
            # a layer of one's own that goes through the steps with layers of Keras
            # without one among them it is drawn like a layer of Keras
            inside = calls_within(call)
            return any(isinstance(inner, RecurrentCall) for inner in inside)


def calls_within(call: LayerCall) -> Iterator[LayerCall]:
    """Yield every call inside this one, at any depth, from the last one to the first."""
    for inner in reversed(call.inside):
        yield inner
        yield from calls_within(inner)


def is_channels_first(call: LayerCall) -> bool:
    """Return whether the channels of a map stand in front of its rows."""
    data_format = call.config.get("data_format")
    return data_format == "channels_first"


def is_drawn_as_cells(call: LayerCall) -> bool:
    """Return whether a call is drawn as one cell for each timestep."""
    if not isinstance(call, RecurrentCall):
        return False
    if is_channels_first(call):
        # maps are drawn with their channels last
        return False
    # a state has batch, timesteps and at least the axis of its units
    drawable = range(3, MOST_AXES + 1)
    return call.h.ndim in drawable


def as_recurrent(call: LayerCall) -> RecurrentCall:
    """Return a call that is drawn as cells, as what it therefore is."""
    return cast(RecurrentCall, call)


def box_around(call: LayerCall) -> LayerCall | None:
    """Return the outermost call around this one that is drawn as one row, or None."""
    box = None
    parent = call.parent
    while parent is not None:
        if not _lets_see_inside(parent):
            # a box may stand in another one, which then is the one that is drawn
            box = parent
        parent = parent.parent
    return box


def find_shown(call: LayerCall, number: int) -> tuple[LayerCall, int]:
    """Return the drawn call that shows an output of a call, and which output of its own."""
    box = box_around(call)
    if box is not None:
        # arrays are told apart by identity: two outputs may hold the same numbers
        identity = id(call.outputs[number])
        identities = list(map(id, box.outputs))
        if identity not in identities:
            # the box goes on with it, and is drawn once for all that happens in it
            return box, 0
        place = identities.index(identity)
        return box, place
    if not is_opened(call):
        # it has a row of its own
        return call, number
    # what an opened call returns is shown by a call inside it
    makers = _find_makers(call)
    maker = makers[number]
    if maker is None:
        # a model may return what it has read, or what no layer made
        return call, number
    inner, inner_number = maker
    # what makes it may be opened in its turn
    return find_shown(inner, inner_number)


def _find_makers(call: LayerCall) -> list[Maker | None]:
    """Return for each output of a call the call inside it that makes it; None where none does."""
    if isinstance(call, BidirectionalCall):
        forward = call.forward
        backward = call.backward
        # both outputs come first, then the states of one half after those of the other
        return [
            (forward, 0),
            (backward, 0),
            *_states_of(forward),
            *_states_of(backward),
        ]
    if isinstance(call, RecurrentCall):
        # the last cell returns what the layer does
        last_cell = call.cells[-1]
        states_of_cells = map(_states_of, call.cells)
        states = chain.from_iterable(states_of_cells)
        return [(last_cell, 0), *states]
    # an array that a call hands on is the same object inside and outside
    makers: dict[int, Maker] = {}
    # from the last one to the first: where several hand on one array, the last one counts
    for inner in reversed(call.inside):
        for number, array in enumerate(inner.outputs):
            place = (inner, number)
            makers.setdefault(id(array), place)
    returned = map(id, call.outputs)
    return list(map(makers.get, returned))


def _states_of(call: RecurrentCall) -> list[Maker]:
    """Return the final states of a call."""
    # its first output is what it returns for the steps
    last = len(call.states)
    numbers = range(1, 1 + last)
    return [(call, number) for number in numbers]


def model_names(call: LayerCall) -> str:
    """Return the path of the nested models around a call: ``outer/inner``; empty without one."""
    parent = call.parent
    # from the inside out
    while parent is not None:
        if parent.is_model:
            # its path names the models around it as well
            return parent.path
        parent = parent.parent
    return ""
