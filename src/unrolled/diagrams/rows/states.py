"""Where the states of a recurrent row come from and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from unrolled.diagrams.rows.graph import UNSEEN, Reading
from unrolled.diagrams.rows.recurrent_notes import about_returned, state_names
from unrolled.traces.recurrent_calls import RecurrentCall

_CARRIED_ON = "; the final state of each sample is where the same sample of the next batch starts"


def begin_texts(
    call: RecurrentCall,
    starts: Sequence[Reading],
    names: Mapping[int, str],
    sample: int,
) -> tuple[str, ...]:
    """Return where each state of a call starts: the name of a row, zeros, or values from before.

    names: what each row is called, by its key.
    """
    sources = dict(enumerate(reading.node for reading in starts))
    texts = []
    for number, _ in enumerate(state_names(call)):
        text = "0"
        if np.any(call.initial_state[number][sample]):
            text = "carried" if call.stateful else "given"
        source = sources.get(number, UNSEEN)
        texts.append(names.get(source, text))
    return tuple(texts)


def end_text(call: RecurrentCall) -> str:
    """Return what becomes of the final state."""
    if call.stateful:
        return "kept"
    if call.return_state:
        return "returned"
    return "not kept"


def describe_reading(
    calls: Sequence[RecurrentCall], givers: Sequence[str], sample: int
) -> str:
    """Return how a recurrent layer reads its steps. givers: the rows that give states."""
    call = calls[0]
    last = call.h.shape[1] - 1
    way = f"t = 0 to {last}"
    if call.go_backwards:
        way = f"t = {last} back to 0"
    carried = " and ".join(call.cell_facts.states) or "its states"
    begin = _describe_begin(call, givers, sample)
    returned = [note.sentence() for note in about_returned(call)]
    text = (
        f"reads {way}, carrying {carried} from step to step, starting from {begin}; "
        f"{', '.join(returned)}"
    )
    if len(calls) < 2:
        return text
    if call.stateful:
        return text + _CARRIED_ON
    return f"{text}; every batch starts again from {begin}"


def _describe_begin(
    call: RecurrentCall, givers: Sequence[str], sample: int
) -> str:
    is_zero = not any(np.any(state[sample]) for state in call.initial_state)
    if call.stateful and not is_zero:
        return "the states carried over"
    if givers:
        return f"the states that {', '.join(givers)} gives"
    return "zeros" if is_zero else "given values"
