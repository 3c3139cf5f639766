"""The reach of a loop over time, and of a call that has such a loop inside. Plain NumPy.

What a step leaves in a state fades: after some hundred steps a moved step changes no digit, though
the state depends on it. So the reach of a loop follows from its direction and its mask, and the one
of a call around it from the calls inside, one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from unrolled.traces.calls import (
    BidirectionalCall,
    LayerCall,
    Provenance,
    RecurrentCall,
)
from unrolled.traces.cells import Array
from unrolled.traces.reach import (
    Pair,
    any_along,
    count_timesteps,
    fit_reach,
    through,
)


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
    order = order.T if go_backwards else order
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
    rows = order[::-1] if call.go_backwards and is_turned else order
    first = rows if call.return_sequences else rows[-1:]
    state: Array = np.ones((1, timesteps), bool)
    if call.mask is not None:
        state = any_along(call.mask, 0)
    reaches: dict[Pair, Array] = {}
    for number in range(len(call.outputs)):
        reach = state if number else first
        starts: Array = np.ones((len(reach), 1), bool)
        if zero_output and not number:
            starts = any_along(reach, 1)
        reaches[number, 0] = reach
        reaches.update(
            {(number, index): starts for index in range(1, len(call.inputs))}
        )
    return reaches


def bidirectional_reach(call: BidirectionalCall) -> dict[Pair, Array]:
    """Return the reaches of two recurrent halves, whose outputs are merged or both returned.

    The inputs are the sequence and the initial states, those of the forward half first; the states
    are returned in that order too.
    """
    states = (len(call.inputs) - 1) // 2
    halves = [_HalfReach(call.forward, 0), _HalfReach(call.backward, states)]
    heads = (
        [halves] if call.merge_mode is not None else [[half] for half in halves]
    )
    returned = (len(call.outputs) - len(heads)) // 2
    tails = [([half], k + 1) for half in halves for k in range(returned)]
    reaches: dict[Pair, Array] = {}
    for number, (makers, output) in enumerate(
        [*((head, 0) for head in heads), *tails]
    ):
        for index in range(len(call.inputs)):
            parts = [maker.reach(output, index, states) for maker in makers]
            reaches[number, index] = np.logical_or.reduce(parts)
    return reaches


class _HalfReach:
    """The reach of one half of a Bidirectional, by the numbers of the inputs of the whole.

    skipped: how many initial states of the other half stand before its own.
    """

    def __init__(self, half: RecurrentCall, skipped: int) -> None:
        self._half, self._skipped = half, skipped

    def reach(self, output: int, index: int, states: int) -> Array:
        """Return the reach from an input of the Bidirectional; False where it feeds the other half.

        What the backward half returns is turned round, into the order of the data.
        """
        own = index - self._skipped if index else 0
        rows = self._half.reach[output, 0]
        if index and not 1 <= own <= states:
            return np.zeros((len(rows), 1), bool)
        reach = self._half.reach[output, own]
        is_turned = (
            self._half.go_backwards
            and self._half.return_sequences
            and output == 0
        )
        return reach[::-1] if is_turned else reach


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
        self._inputs = {id(array) for array in call.inputs}
        self._makers = {
            id(array): (inner, number)
            for inner in call.inside
            for number, array in enumerate(inner.outputs)
        }
        self._known: dict[int, _Sources | None] = {}

    def trace_back(self, array: Array) -> _Sources | None:
        """Return by the id of an input which of its steps move which of this array; else None."""
        if id(array) not in self._known:
            self._known[id(array)] = self._follow(array)
        return self._known[id(array)]

    def _follow(self, array: Array) -> _Sources | None:
        if id(array) not in self._makers:
            if id(array) not in self._inputs:
                return None
            return {
                id(array): np.eye(count_timesteps(array, [array]), dtype=bool)
            }
        inner, number = self._makers[id(array)]
        steps: list[tuple[Array, Array]] = []
        for index, read in enumerate(inner.inputs):
            reach = inner.reach.get((number, index))
            if reach is None:
                return None
            steps += _sources_of(inner, index, read, reach)
        return self._join(steps)

    def _join(self, steps: Sequence[tuple[Array, Array]]) -> _Sources | None:
        joined: _Sources = {}
        for source, reach in steps:
            earlier = self.trace_back(source)
            if earlier is None:
                return None
            for key, matrix in earlier.items():
                whole = through(reach, matrix)
                if whole is None:
                    return None
                joined[key] = joined[key] | whole if key in joined else whole
        return joined


def _sources_of(
    inner: LayerCall, index: int, read: Array, reach: Array
) -> list[tuple[Array, Array]]:
    """Return what an input of a call is made of, each with its reach to what it returns."""
    made_from = inner.made_from[index] if index < len(inner.made_from) else None
    if made_from is None:
        return [(read, reach)]
    sources: list[tuple[Array, Array]] = []
    for (source, number), earlier in zip(
        made_from.sources, _reaches(made_from), strict=True
    ):
        whole = None if earlier is None else through(reach, earlier)
        if whole is None:
            return [(read, reach)]
        sources.append((source.outputs[number], whole))
    return sources


def _reaches(made_from: Provenance) -> Sequence[Array | None]:
    return made_from.reach or (None,) * len(made_from.sources)
