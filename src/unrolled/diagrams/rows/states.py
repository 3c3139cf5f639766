"""Where the states of a recurrent row come from and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter, itemgetter

import numpy as np

from unrolled.diagrams.rows.graph import UNSEEN, Reading
from unrolled.diagrams.rows.parts import Note
from unrolled.diagrams.rows.recurrent_notes import about_returned
from unrolled.traces.recurrent_calls import RecurrentCall

_CARRIED_ON = "the final state of each sample is where the same sample of the next batch starts"


def begin_texts(
    call: RecurrentCall,
    starts: Sequence[Reading],
    names: Mapping[int, str],
    sample: int,
) -> tuple[str, ...]:
    """Return where each state of a call starts: the name of a row, zeros, or values from before.

    names: what each row is called, by its key.
    """
    # states that come from no layer have no reading; what nobody can see has no name
    unread = [UNSEEN] * len(call.initial_state)
    sources = [*map(attrgetter("node"), starts), *unread]
    not_zero = "given"
    if call.stateful:
        # from the batch before
        not_zero = "carried"
    texts = []
    for state, source in zip(call.initial_state, sources, strict=False):
        text = "0"
        if np.any(state[sample]):
            text = not_zero
        # the name of a row says more than its values
        begin = names.get(source, text)
        texts.append(begin)
    return tuple(texts)


def end_text(call: RecurrentCall) -> str:
    """Return what becomes of the final state."""
    if call.stateful:
        # the next batch starts from it, which matters more than that it is returned too
        return "kept"
    if call.return_state:
        return "returned"
    # the next batch starts again
    return "not kept"


def describe_reading(
    calls: Sequence[RecurrentCall], givers: Sequence[str], sample: int
) -> str:
    """Return how a recurrent layer reads its steps. givers: the rows that give states."""
    # the batches differ in their values, not in how they are read
    call = calls[0]
    last = call.h.shape[1] - 1
    way = f"t = 0 to {last}"
    if call.go_backwards:
        way = f"t = {last} back to 0"
    carried = " and ".join(call.cell_facts.states)
    if not carried:
        # of a cell of one's own nobody knows what its states are called
        carried = "its states"
    begin = _describe_begin(call, givers, sample)
    returned = map(Note.sentence, about_returned(call))
    clauses = [
        f"reads {way}, carrying {carried} from step to step, starting from {begin}",
        ", ".join(returned),
    ]
    if len(calls) > 1:
        # what becomes of the state between the batches, which stand side by side
        between = f"every batch starts again from {begin}"
        if call.stateful:
            between = _CARRIED_ON
        clauses.append(between)
    return "; ".join(clauses)


def _describe_begin(
    call: RecurrentCall, givers: Sequence[str], sample: int
) -> str:
    begin = "zeros"
    # the picture shows one sample, and others may start elsewhere
    states = map(itemgetter(sample), call.initial_state)
    if any(map(np.any, states)):
        begin = "given values"
        if call.stateful:
            # states that a layer gives would be said to be carried over from the second batch on
            return "the states carried over"
    if givers:
        # also where the values that it gives are zeros
        names = ", ".join(givers)
        begin = f"the states that {names} gives"
    return begin
