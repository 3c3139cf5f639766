"""What is said about a recurrent row: what it returns and drops, its states, its masked steps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from unrolled.diagrams.rows.parts import Note
from unrolled.diagrams.rows.values import returns_zero
from unrolled.traces.recurrent_calls import BidirectionalCall, RecurrentCall

_SAID = 8  # masked steps that the words list


def state_names(call: RecurrentCall) -> tuple[str, ...]:
    """Return the names of the states that a recurrent call carries."""
    numbered = [f"s{number}" for number in range(len(call.states))]
    return call.cell_facts.states or tuple(numbered)


def step_names(call: RecurrentCall) -> tuple[str, str]:
    """Return the step that is read last, and the others, as text: ``("t = 4", "t = 0…3")``."""
    steps = list(range(call.h.shape[1]))
    last = steps.pop(0 if call.go_backwards else -1)
    if not steps:
        return f"t = {last}", ""
    ends = sorted({steps[0], steps[-1]})
    others = "…".join(map(str, ends))
    return f"t = {last}", f"t = {others}"


def about_steps(call: RecurrentCall, sample: int) -> list[Note]:
    """Return what is said of a recurrent layer's outputs and states."""
    # the words say what is returned where they say how the layer reads
    notes = [replace(note, spoken="") for note in about_returned(call)]
    if call.return_state:
        states = ", ".join(state_names(call))
        notes.append(Note(f"and the final state: {states}", "ink"))
    notes += _about_masked(call, sample)
    if _loses_mask(call):
        notes.append(Note("the mask of its input does not reach it", "warn"))
    if call.cell_output is not None:
        text = "inside of the cell not known: output and states alone"
        notes.append(Note(text, "ghost"))
    return notes


def about_returned(call: RecurrentCall) -> list[Note]:
    """Return which of its steps a recurrent layer returns, and which ones it drops."""
    name = "h"
    if call.cell_output is not None:
        name = "the output"
    if call.return_sequences:
        turned = _turned(call)
        text = f"{name} at every step{turned}"
        spoken = f"{name} of every step is returned{turned}"
        return [Note(text, "ink", spoken)]
    thing = "vector"
    if call.h.ndim > 3:
        thing = "map"
    last, dropped = step_names(call)
    text = f"one {thing} per sample: {name} at {last}"
    spoken = f"{name} at {last} is returned"
    notes = [Note(text, "ink", spoken)]
    if dropped:
        text = f"{name} at {dropped}: computed, then dropped"
        spoken = f"{name} at {dropped} is computed, then dropped"
        notes.append(Note(text, "ghost", spoken))
    return notes


def _turned(call: RecurrentCall) -> str:
    """Return how the steps of a sequence are turned round on their way out."""
    if not call.go_backwards:
        return ""
    if isinstance(call.parent, BidirectionalCall):
        return ", turned round by Bidirectional"
    return ", last step first"


def _about_masked(call: RecurrentCall, sample: int) -> list[Note]:
    if call.mask is None:
        return []
    masked = np.flatnonzero(~call.mask[sample])
    if not len(masked):
        return []
    named = ", ".join(f"t = {step}" for step in masked[:_SAID])
    if len(masked) > _SAID:
        named = f"{named} and {len(masked) - _SAID} more"
    happens = "the state passes unchanged"
    if returns_zero(call, sample):
        happens = f"{happens}, 0 is returned"
    text = f"hatched: masked steps, {happens}"
    spoken = f"masked at {named}: {happens}"
    return [Note(text, spoken=spoken)]


def _loses_mask(call: RecurrentCall) -> bool:
    """Return whether the layer that it reads passes on a mask that it was not given."""
    if call.mask is not None or not call.sources:
        return False
    source = call.sources[0]
    return source is not None and source.output_mask is not None
