"""The reach of a loop over time, and of a call that has such a loop inside. Plain NumPy.

What a step leaves in a state fades: after some hundred steps a moved step changes no digit, though
the state depends on it. So the reach of a loop follows from its direction and its mask, and the one
of a call around it from the calls inside, one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, product, zip_longest

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
    # the ones before, and the step itself
    order = np.tri(timesteps, dtype=bool)
    if go_backwards:
        order = order.T
    if mask is None:
        return order
    read = mask.any(axis=0)
    if zero_output:
        # in how many samples both steps are read: only then does one answer to the other
        both = mask.T.astype("float32") @ mask.astype("float32")
        read = both > 0
    reach: Array = order & read
    return reach


def recurrent_reach(
    call: RecurrentCall, *, zero_output: bool = False, is_turned: bool = True
) -> dict[Pair, Array]:
    """Return the reaches of a recurrent layer whose cell keeps what it read, as an LSTM does.

    Its inputs are the sequence, then initial states and constants, on which all that it returns
    depends. is_turned: whether it returns its last step first where it goes backwards; a cell that
    is not the last one of its layer passes its steps on in the order of the data.
    """
    timesteps = int(call.x.shape[1])
    sequence = loop_reach(
        call.mask,
        timesteps,
        go_backwards=call.go_backwards,
        zero_output=zero_output,
    )
    if is_turned and call.go_backwards:
        sequence = sequence[::-1]
    # the last row is the step that was read last, also where the loop went backwards
    if not call.return_sequences:
        sequence = sequence[-1:]
    sequence_starts: Array = np.ones((len(sequence), 1), bool)
    if zero_output:
        # a step that returns zeros does not depend on the initial states either
        sequence_starts = any_along(sequence, 1)
    # the states that are returned depend on all that was read, like the end of any loop
    state = loop_reach(call.mask, timesteps)[-1:]
    state_starts: Array = np.ones((1, 1), bool)
    others = len(call.inputs) - 1
    of_sequence = [sequence, *[sequence_starts] * others]
    of_state = [state, *[state_starts] * others]
    states = len(call.outputs) - 1
    return _by_pair([of_sequence, *[of_state] * states])


def _by_pair(outputs: Sequence[Sequence[Array]]) -> dict[Pair, Array]:
    """Return the reaches of each output from each input, by the numbers of both."""
    inputs = range(len(outputs[0]))
    pairs = product(range(len(outputs)), inputs)
    reaches = chain.from_iterable(outputs)
    return dict(zip(pairs, reaches, strict=True))


def bidirectional_reach(call: BidirectionalCall) -> dict[Pair, Array]:
    """Return the reaches of two recurrent halves, whose outputs are merged or both returned.

    The inputs are the sequence and the initial states, those of the forward half first; the states
    are returned in that order too.
    """
    states = (len(call.inputs) - 1) // 2
    # a half returns its sequence, and then its states
    forward, *forward_states = _half_reaches(call, call.forward, 0)
    backward, *backward_states = _half_reaches(call, call.backward, states)
    sequences = [forward, backward]
    # what is merged depends on all that one of the halves depends on
    if call.merge_mode is not None:
        sequences = [list(map(np.logical_or, forward, backward))]
    return _by_pair([*sequences, *forward_states, *backward_states])


def _half_reaches(
    call: BidirectionalCall, half: RecurrentCall, skipped: int
) -> list[list[Array]]:
    """Return for each output of a half its reach from each input of the Bidirectional.

    skipped: how many initial states of the other half stand before its own.
    """
    # what the backward half returns is turned round, into the order of the data
    turn = 1
    if half.go_backwards:
        turn = -1
    by_output: list[list[Array]] = []
    for output in range(len(half.outputs)):
        sequence = half.reach[output, 0]
        # the initial states of the other half do not move it
        nothing: Array = np.zeros((len(sequence), 1), bool)
        by_input = [nothing] * len(call.inputs)
        by_input[0] = sequence[::turn]
        for own in range(1, len(half.inputs)):
            reach = half.reach[output, own]
            by_input[skipped + own] = reach[::turn]
        by_output.append(by_input)
    return by_output


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
            # an input that was not met on the way back moves nothing
            nothing: Array = np.zeros((rows, columns), bool)
            reach = found.get(id(array), nothing)
            fitted = fit_reach(reach, rows, columns)
            # the steps of one of the calls inside may be none of this one
            if fitted is not None:
                reaches[number, index] = fitted
    return reaches


_Sources = dict[int, Array]


class _Inside:
    """Follows the arrays inside one call back to its inputs; each array once."""

    def __init__(self, call: LayerCall) -> None:
        # by the id of an array: which call returned it, and as which of its outputs
        self._makers: dict[int, tuple[LayerCall, int]] = {}
        for inner in call.inside:
            for number, array in enumerate(inner.outputs):
                # where several calls return the same array: the last of them
                self._makers[id(array)] = (inner, number)
        # an input of the call comes from itself, step by step
        self._known: dict[int, _Sources | None] = {}
        for array in call.inputs:
            key = id(array)
            steps = count_timesteps(array, [array])
            each_itself: Array = np.eye(steps, dtype=bool)
            self._known[key] = {key: each_itself}

    def trace_back(self, array: Array) -> _Sources | None:
        """Return by the id of an input which of its steps move which of this array; else None."""
        key = id(array)
        if key in self._makers:
            # taken out first: a layer may return the very array that it read
            inner, number = self._makers.pop(key)
            self._known[key] = self._follow(inner, number)
        return self._known.get(key)

    def _follow(self, inner: LayerCall, number: int) -> _Sources | None:
        """Return which steps of the inputs move an output of a call inside; else None."""
        joined: _Sources = {}
        for index, read in enumerate(inner.inputs):
            reach = inner.reach.get((number, index))
            if reach is None:
                return None
            sources = _sources_of(inner, index, read, reach)
            for source, later in sources:
                back = self.trace_back(source)
                if back is None:
                    return None
                for key, earlier in back.items():
                    whole = through(later, earlier)
                    if whole is None:
                        return None
                    # an input may be met on several ways: a step counts that comes on any of them
                    joined[key] = whole | joined.get(key, whole)
        return joined


def _sources_of(
    inner: LayerCall, index: int, read: Array, reach: Array
) -> list[tuple[Array, Array]]:
    """Return what an input of a call is made of, each with its reach to what it returns."""
    # where it is not known what a value is made of, it is looked for itself
    itself = [(read, reach)]
    made_from = dict(enumerate(inner.made_from)).get(index)
    if made_from is None:
        return itself
    sources: list[tuple[Array, Array]] = []
    # where nothing was measured, None takes the place of each reach
    pairs = zip_longest(made_from.sources, made_from.reach)
    for (source, number), earlier in pairs:
        if earlier is None:
            return itself
        whole = through(reach, earlier)
        if whole is None:
            return itself
        array = source.outputs[number]
        sources.append((array, whole))
    return sources
