"""What is said about a row under its shape: what is returned or dropped, masks, merges, dropout.

Each note knows its words for the picture and its sentence; what only one of them needs is empty in
the other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from unrolled.diagrams.rows.forms import Kind
from unrolled.diagrams.rows.parts import Note
from unrolled.diagrams.rows.recurrent_notes import about_steps, step_names
from unrolled.diagrams.rows.visibility import as_recurrent
from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall
from unrolled.traces.recurrent_calls import BidirectionalCall, RecurrentCall

_NAMED = 6  # rows that a note lists
_DROPPED = {"x": "x", "h": "h on its way to the next step"}


def write_notes(
    call: LayerCall,
    kind: Kind,
    sources: Sequence[str],
    sample: int,
    connections: Sequence[Note] = (),
) -> list[Note]:
    """Return the notes of a call.

    sources: the names of the layers it reads, each once. connections: what is said of its arrows.
    """
    operations: dict[str, None] = {}
    # None stands for an input that a layer made; of several operations of a kind one is named
    for made_from in filter(None, call.made_from):
        operations |= dict.fromkeys(made_from.operations)
    notes: list[Note] = []
    if kind == "recurrent":
        notes += about_steps(as_recurrent(call), sample)
        if operations:
            # without operations it reads one row, and further ones as its initial states
            notes += _about_sources(sources)
    elif isinstance(call, BidirectionalCall):
        # what is said of the merge names both halves; without a merge it has no row
        notes.append(_about_merge(call))
    else:
        notes += _about_sources(sources)
    if operations:
        steps = ", ".join(operations)
        text = f"through {steps} in call()"
        notes.append(Note(text))
    notes += connections
    if call.attention is not None:
        notes.append(_about_attention(call.attention, sources))
    notes += _about_dropout(call, sample)
    if call.output_mask is not None:
        notes += _about_mask(call, call.output_mask)
    return notes


def _about_sources(sources: Sequence[str]) -> list[Note]:
    """Return which rows it reads, where that is not just the one below."""
    if len(sources) < 2:
        return []
    named = sources[:_NAMED]
    shown = ", ".join(named)
    text = f"reads {shown}"
    more = len(sources) - len(named)
    if more > 0:
        text = f"{text} and {more} more"
    # the words name what a row reads already, at its beginning
    return [Note(text, spoken="")]


def _about_merge(call: BidirectionalCall) -> Note:
    text = f"{call.merge_mode} of forward and backward"
    if call.forward.return_sequences:
        return Note(f"{text}, step by step", "ink")
    # each half returns what it computed last, which for the backward one is at the first step
    forward, _ = step_names(call.forward)
    backward, _ = step_names(call.backward)
    return Note(f"{text}: h at {forward} and h at {backward}", "ink")


def _about_attention(weights: Array, sources: Sequence[str]) -> Note:
    heads = ""
    # of several heads the weights have the axes (batch, heads, timesteps, timesteps)
    if weights.ndim == 4 and weights.shape[1] > 1:
        heads = f", mean of {weights.shape[1]} heads"
    if len(sources) > 1:
        # lines go to the row below alone
        text = f"squares: attention weights{heads}, from 0 to 1; the first step at the left"
        spoken = "every step weighs the steps of another row, from 0 to 1"
        return Note(text, spoken=spoken)
    text = f"lines: attention weights{heads}; thicker is more"
    spoken = "every step weighs all steps of the row that it reads"
    return Note(text, spoken=spoken)


def _about_dropout(call: LayerCall, sample: int) -> list[Note]:
    """Return what the drawn sample loses to dropout in a training run."""
    notes = []
    for name, factors in call.dropout.items():
        factor = factors[sample]
        dropped = int(np.sum(factor == 0))
        share = f"{dropped} of {factor.size} values"
        if isinstance(call, RecurrentCall):
            # it draws once for all steps, and its row shows nothing of what it drops
            where = _DROPPED[name]
            text = f"dropout on {where}: {share}, the same at every step"
            notes.append(Note(text))
        else:
            text = f"✕: dropped, {share}; the others grow"
            spoken = f"dropout drops {share}"
            notes.append(Note(text, spoken=spoken))
    return notes


def _about_mask(call: LayerCall, mask: Array) -> list[Note]:
    # of the whole batch, as other samples may be shorter than the drawn one
    masked = int(np.sum(~mask))
    if masked > 0:
        text = f"passes on a mask: {masked} of {mask.size} steps masked"
        return [Note(text)]
    if call.facts.mask != "makes":
        # the row that makes the mask says it once
        return []
    return [Note("passes on a mask: no step masked")]
