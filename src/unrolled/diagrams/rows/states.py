"""Where the states of a recurrent row come from and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from unrolled.diagrams.rows.axes import Form
from unrolled.diagrams.rows.graph import Node, Reading
from unrolled.diagrams.rows.notes import about_returned, state_names
from unrolled.traces.calls import RecurrentCall


def encoder_of(
    node: Node, nodes: Mapping[int, Node], forms: Mapping[int, Form]
) -> int | None:
    """Return the key of the node whose final states are all initial states of this one."""
    sources = {r.node for r in node.starts if r.node is not None and r.is_state}
    states = getattr(node.call, "states", ())
    if len(sources) != 1 or len(node.starts) != len(states):
        return None
    (key,) = sources
    call = nodes[key].call
    if forms[key].kind != "recurrent" or not isinstance(call, RecurrentCall):
        return None
    return None if call.go_backwards else key


def begin_texts(
    call: RecurrentCall,
    starts: Sequence[Reading],
    names: Mapping[int, str],
    sample: int,
) -> tuple[str, ...]:
    """Return where each state of a call starts: the name of a row, zeros, or values from before.

    names: what each row is called, by its key.
    """
    texts = []
    for number in range(len(state_names(call))):
        key = starts[number].node if number < len(starts) else None
        if key is not None:
            texts.append(names[key])
        elif not np.any(call.initial_state[number][sample]):
            texts.append("0")
        else:
            texts.append("carried" if call.stateful else "given")
    return tuple(texts)


def end_text(call: RecurrentCall) -> str:
    """Return what becomes of the final state."""
    if call.stateful:
        return "kept"
    return "returned" if call.return_state else "not kept"


def describe_reading(
    calls: Sequence[RecurrentCall], givers: Sequence[str], sample: int
) -> str:
    """Return how a recurrent layer reads its steps. givers: the rows that give states."""
    call = calls[0]
    steps = call.h.shape[1]
    way = (
        f"t = {steps - 1} back to 0"
        if call.go_backwards
        else f"t = 0 to {steps - 1}"
    )
    carried = " and ".join(call.cell_facts.states) or "its states"
    begin = _describe_begin(call, givers, sample)
    text = f"reads {way}, carrying {carried} from step to step, starting from {begin}"
    returned = ", ".join(note.sentence() for note in about_returned(call))
    return f"{text}; {returned}{_describe_batches(calls, begin)}"


def _describe_begin(
    call: RecurrentCall, givers: Sequence[str], sample: int
) -> str:
    starts_elsewhere = any(
        np.any(state[sample]) for state in call.initial_state
    )
    if starts_elsewhere and call.stateful:
        return "the states carried over"
    if givers:
        return f"the states that {', '.join(givers)} gives"
    return "given values" if starts_elsewhere else "zeros"


def _describe_batches(calls: Sequence[RecurrentCall], begin: str) -> str:
    """Return what happens between the batches, where several are drawn."""
    if len(calls) < 2:
        return ""
    if calls[0].stateful:
        return "; the final state of each sample is where the same sample of the next batch starts"
    return f"; every batch starts again from {begin}"
