"""What is said about a recurrent row: what it returns and drops, its states, its masked steps."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from unrolled.diagrams.rows.parts import Note
from unrolled.diagrams.rows.values import returns_zero
from unrolled.traces.cells import Array
from unrolled.traces.recurrent_calls import BidirectionalCall, RecurrentCall

_SAID = 8  # masked steps that the words list


def state_names(call: RecurrentCall) -> tuple[str, ...]:
    """Return the names of the states that a recurrent call carries."""
    names = call.cell_facts.states
    if not names:
        # of a cell of one's own nobody knows what its states are called
        numbers = range(len(call.states))
        names = tuple(map("s{}".format, numbers))
    return names


def step_names(call: RecurrentCall) -> tuple[str, str]:
    """Return the step that is read last, and the others, as text: ``("t = 4", "t = 0…3")``."""
    steps = list(range(call.h.shape[1]))
    if call.go_backwards:
        steps.reverse()
    # in the order in which they are read
    *others, last = steps
    text = ""
    if others:
        # a single step is named once
        ends = sorted({others[0], others[-1]})
        numbers = map(str, ends)
        text = f"t = {'…'.join(numbers)}"
    return f"t = {last}", text


def about_steps(call: RecurrentCall, sample: int) -> list[Note]:
    """Return what is said of a recurrent layer's outputs and states."""
    # the words say what is returned where they say how the layer reads
    notes = [replace(note, spoken="") for note in about_returned(call)]
    if call.return_state:
        # they come after what is returned of the steps
        states = ", ".join(state_names(call))
        text = f"and the final state: {states}"
        notes.append(Note(text, "ink"))
    if call.mask is None:
        notes += _about_lost_mask(call)
    else:
        masked = np.flatnonzero(~call.mask[sample])
        notes += _about_masked(call, masked, sample)
    if call.cell_output is not None:
        text = "inside of the cell not known: output and states alone"
        notes.append(Note(text, "ghost"))
    return notes


def about_returned(call: RecurrentCall) -> list[Note]:
    """Return which of its steps a recurrent layer returns, and which ones it drops."""
    name = "h"
    if call.cell_output is not None:
        # of a cell whose inside is not known it need not be a state
        name = "the output"
    if call.return_sequences:
        # how its steps are turned round on their way out
        turned = ""
        if call.go_backwards:
            turned = ", last step first"
            if isinstance(call.parent, BidirectionalCall):
                # what the half returns then has the order of the data again
                turned = ", turned round by Bidirectional"
        text = f"{name} at every step{turned}"
        spoken = f"{name} of every step is returned{turned}"
        return [Note(text, "ink", spoken)]
    thing = "vector"
    if call.h.ndim > 3:
        # more axes than (batch, timesteps, units): a ConvLSTM
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


def _about_masked(
    call: RecurrentCall, masked: Array, sample: int
) -> list[Note]:
    """Return what happens at masked steps. masked: their numbers, in the sample."""
    if len(masked) == 0:
        return []
    said = masked[:_SAID]
    named = ", ".join(map("t = {}".format, said))
    more = len(masked) - len(said)
    if more > 0:
        # nobody reads a hundred numbers of steps
        named = f"{named} and {more} more"
    happens = "the state passes unchanged"
    if returns_zero(call, masked, sample):
        happens = f"{happens}, 0 is returned"
    # the picture shows which steps they are
    text = f"hatched: masked steps, {happens}"
    spoken = f"masked at {named}: {happens}"
    return [Note(text, spoken=spoken)]


def _about_lost_mask(call: RecurrentCall) -> list[Note]:
    """Return a warning where the layer that it reads passes on a mask that it was not given."""
    # the data come first; what comes after them are initial states, which have no steps
    source, *_ = (*call.sources, None)
    if source is None:
        # what call() made has no mask that could be seen
        return []
    if source.output_mask is None:
        return []
    text = "the mask of its input does not reach it"
    return [Note(text, "warn")]
