"""The reach of a loop over time, and of a call that has such a loop inside. Plain NumPy.

What a step leaves in a state fades: after some hundred steps a moved step changes no digit, though
the state depends on it. So the reach of a loop follows from its direction and its mask, and the one
of a call around it from the calls inside, one after the other.
"""

from __future__ import annotations

import numpy as np

from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall
from unrolled.traces.reach import (
    Pair,
    any_along,
    count_timesteps,
    fit_reach,
    through,
)
from unrolled.traces.recurrent_calls import BidirectionalCall, RecurrentCall


def loop_reach(
    mask: Array | None,
    timesteps: int,
    *,
    go_backwards: bool = False,
    zero_output: bool = False,
) -> Array:
    """Return which step moves the output of which step in a loop over time: (timesteps, timesteps).

    The output at step t depends on each step that was read up to then: the ones before t, or behind
    it where the loop goes backwards. A masked step is not read. Where it returns zeros it depends
    on nothing, else it repeats the state before it. Of several samples a step counts that any of
    them reads.

    mask: bool (batch, timesteps), or None. The rows are in the order of the data.

    >>> loop_reach(np.array([[True, False, True]]), 3).astype(int)
    array([[1, 0, 0],
           [1, 0, 0],
           [1, 0, 1]])
    """
    order = np.tri(timesteps, dtype=bool)
    if go_backwards:
        order = order.T
    if mask is None or mask.all():
        return order
    if zero_output:
        answers = mask.T.astype("float32") @ mask.astype("float32") > 0
        answered: Array = order & answers
        return answered
    return order & mask.any(axis=0)


def recurrent_reach(
    call: RecurrentCall, *, zero_output: bool = False, is_turned: bool = True
) -> dict[Pair, Array]:
    """Return the reaches of a recurrent layer whose cell keeps what it read, as an LSTM does.

    Its inputs are the sequence, then initial states and constants, on which all that it returns
    depends. is_turned: whether it returns its last step first where it goes backwards; a cell that
    is not the last one of its layer passes its steps on in the order of the data.
    """
    timesteps = int(call.x.shape[1])
    order = loop_reach(
        call.mask,
        timesteps,
        go_backwards=call.go_backwards,
        zero_output=zero_output,
    )
    sequence = order
    if is_turned and call.go_backwards:
        sequence = order[::-1]
    read: Array = np.ones((1, timesteps), bool)
    if call.mask is not None:
        read = any_along(call.mask, 0)
    reaches: dict[Pair, Array] = {}
    for number in range(len(call.outputs)):
        reach = read
        if number == 0:
            reach = sequence if call.return_sequences else sequence[-1:]
        starts: Array = np.ones((len(reach), 1), bool)
        if number == 0 and zero_output:
            starts = any_along(reach, 1)
        reaches[number, 0] = reach
        for index in range(1, len(call.inputs)):
            reaches[number, index] = starts
    return reaches


def bidirectional_reach(call: BidirectionalCall) -> dict[Pair, Array]:
    """Return the reaches of two recurrent halves, whose outputs are merged or both returned.

    The inputs are the sequence and the initial states, those of the forward half first; the states
    are returned in that order too.
    """
    states = (len(call.inputs) - 1) // 2
    # each half with how many initial states of the other half stand before its own
    halves = [(call.forward, 0), (call.backward, states)]
    makers = [(halves, 0)]
    if call.merge_mode is None:
        makers = [([half], 0) for half in halves]
    returned = (len(call.outputs) - len(makers)) // 2
    for half in halves:
        makers += [([half], number + 1) for number in range(returned)]
    reaches: dict[Pair, Array] = {}
    for number, (made_by, output) in enumerate(makers):
        for index in range(len(call.inputs)):
            parts = [
                _half_reach(half, output, index, states, skipped)
                for half, skipped in made_by
            ]
            reaches[number, index] = np.logical_or.reduce(parts)
    return reaches


def _half_reach(
    half: RecurrentCall, output: int, index: int, states: int, skipped: int
) -> Array:
    """Return the reach from an input of the Bidirectional; False where it feeds the other half.

    What the backward half returns is turned round, into the order of the data.
    """
    own = index - skipped
    if index == 0:
        own = 0
    elif not 1 <= own <= states:
        rows = len(half.reach[output, 0])
        return np.zeros((rows, 1), bool)
    reach = half.reach[output, own]
    is_sequence = half.return_sequences and output == 0
    if is_sequence and half.go_backwards:
        return reach[::-1]
    return reach


def composed_reach(call: LayerCall) -> dict[Pair, Array]:
    """Return the reaches of a call from those of the calls inside it, as far as all are known.

    The calls inside are followed from what the call returns back to what it reads: an array that
    one of them returned and another one read is the same object.
    """
    inside = _Inside(call)
    reaches: dict[Pair, Array] = {}
    for number, output in enumerate(call.outputs):
        found = inside.trace_back(output)
        if found is None:
            continue
        rows = count_timesteps(output, call.inputs)
        for index, array in enumerate(call.inputs):
            columns = count_timesteps(array, call.outputs)
            reach = found.get(id(array), np.zeros((rows, columns), bool))
            fitted = fit_reach(reach, rows, columns)
            if fitted is not None:
                reaches[number, index] = fitted
    return reaches


_Sources = dict[int, Array]


class _Inside:
    """Follows the arrays inside one call back to its inputs; each array once."""

    def __init__(self, call: LayerCall) -> None:
        self._makers: dict[int, tuple[LayerCall, int]] = {}
        for inner in call.inside:
            for number, array in enumerate(inner.outputs):
                self._makers[id(array)] = (inner, number)
        self._known: dict[int, _Sources | None] = {}
        for array in call.inputs:
            steps = count_timesteps(array, [array])
            self._known[id(array)] = {id(array): np.eye(steps, dtype=bool)}

    def trace_back(self, array: Array) -> _Sources | None:
        """Return by the id of an input which of its steps move which of this array; else None."""
        if id(array) in self._makers:
            # taken out first: a layer may return the very array that it read
            inner, number = self._makers.pop(id(array))
            self._known[id(array)] = self._follow(inner, number)
        return self._known.get(id(array))

    def _follow(self, inner: LayerCall, number: int) -> _Sources | None:
        joined: _Sources = {}
        for index, read in enumerate(inner.inputs):
            reach = inner.reach.get((number, index))
            if reach is None:
                return None
            for source, later in _sources_of(inner, index, read, reach):
                earlier = self.trace_back(source)
                if earlier is None:
                    return None
                for key, matrix in earlier.items():
                    whole = through(later, matrix)
                    if whole is None:
                        return None
                    joined[key] = whole | joined.get(key, whole)
        return joined


def _sources_of(
    inner: LayerCall, index: int, read: Array, reach: Array
) -> list[tuple[Array, Array]]:
    """Return what an input of a call is made of, each with its reach to what it returns."""
    itself = [(read, reach)]
    if index >= len(inner.made_from):
        return itself
    made_from = inner.made_from[index]
    if made_from is None:
        return itself
    reaches = made_from.reach or [None] * len(made_from.sources)
    sources: list[tuple[Array, Array]] = []
    pairs = zip(made_from.sources, reaches, strict=True)
    for (source, number), earlier in pairs:
        if earlier is None:
            return itself
        whole = through(reach, earlier)
        if whole is None:
            return itself
        sources.append((source.outputs[number], whole))
    return sources
