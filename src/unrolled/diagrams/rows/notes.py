"""What is said about a row under its shape: what is returned or dropped, masks, merges, dropout.

Each note knows its words for the picture and its sentence; what only one of them needs is empty in
the other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from unrolled.diagrams.rows.axes import Kind
from unrolled.diagrams.rows.rows import Note
from unrolled.diagrams.rows.values import returns_zero
from unrolled.traces.calls import BidirectionalCall, LayerCall, RecurrentCall
from unrolled.traces.cells import Array

_NAMED = 6  # rows that a note lists
_SAID = 8  # masked steps that the words list


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
    notes: list[Note] = []
    is_recurrent = isinstance(call, RecurrentCall) and kind == "recurrent"
    if isinstance(call, RecurrentCall) and is_recurrent:
        notes += _about_steps(call, sample)
    elif isinstance(call, BidirectionalCall) and call.merge_mode:
        notes.append(_about_merge(call))
    elif len(sources) > 1:
        notes.append(_about_sources(sources))
    notes += _about_operations(call, sources, is_recurrent=is_recurrent)
    notes += connections
    notes += _about_attention(call, sources)
    notes += _about_dropout(call, sample)
    notes += _about_mask(call)
    return notes


def step_names(call: RecurrentCall) -> tuple[str, str]:
    """Return the step that is read last, and the others, as text: ``("t = 4", "t = 0…3")``."""
    steps = call.h.shape[1]
    last = 0 if call.go_backwards else steps - 1
    first_other = 1 if call.go_backwards else 0
    last_other = first_other + steps - 2
    if steps == 1:
        return f"t = {last}", ""
    if first_other == last_other:
        return f"t = {last}", f"t = {first_other}"
    return f"t = {last}", f"t = {first_other}…{last_other}"


def state_names(call: RecurrentCall) -> tuple[str, ...]:
    """Return the names of the states that a recurrent call carries."""
    return call.cell_facts.states or tuple(
        f"s{k}" for k in range(len(call.states))
    )


def output_name(call: RecurrentCall) -> str:
    """Return what a layer computes at every step: h, or the output of a cell of one's own."""
    return "h" if call.cell_output is None else "the output"


def _about_sources(sources: Sequence[str]) -> Note:
    # the words name what a row reads already, at its beginning
    shown = ", ".join(sources[:_NAMED])
    if len(sources) > _NAMED:
        shown = f"{shown} and {len(sources) - _NAMED} more"
    return Note(f"reads {shown}", spoken="")


def _about_operations(
    call: LayerCall, sources: Sequence[str], *, is_recurrent: bool
) -> list[Note]:
    """Return what is said of the inputs that ``call()`` made of what layers returned."""
    made_from = [m for m in call.made_from if m is not None]
    if not made_from:
        return []
    operations = dict.fromkeys(name for m in made_from for name in m.operations)
    notes = (
        [_about_sources(sources)] if is_recurrent and len(sources) > 1 else []
    )
    return [*notes, Note(f"through {', '.join(operations)} in call()")]


def _about_steps(call: RecurrentCall, sample: int) -> list[Note]:
    """Return what is said of a recurrent layer's outputs and states."""
    # the words say what is returned where they say how the layer reads
    notes = [
        Note(note.short(), note.role, spoken="")
        for note in about_returned(call)
    ]
    if call.return_state:
        notes.append(
            Note(f"and the final state: {', '.join(state_names(call))}", "ink")
        )
    notes += _about_hatched(call, sample)
    source = call.sources[0] if call.sources else None
    if (
        call.mask is None
        and source is not None
        and source.output_mask is not None
    ):
        notes.append(Note("the mask of its input does not reach it", "warn"))
    if call.cell_output is not None:
        notes.append(
            Note(
                "inside of the cell not known: output and states alone", "ghost"
            )
        )
    return notes


def about_returned(call: RecurrentCall) -> list[Note]:
    """Return which of its steps a recurrent layer returns, and which ones it drops."""
    name = output_name(call)
    if call.return_sequences:
        turned = ""
        if call.go_backwards:
            within = isinstance(call.parent, BidirectionalCall)
            turned = (
                ", turned round by Bidirectional"
                if within
                else ", last step first"
            )
        return [
            Note(
                f"{name} at every step{turned}",
                "ink",
                f"{name} of every step is returned{turned}",
            )
        ]
    thing = "map" if call.h.ndim > 3 else "vector"
    last, dropped = step_names(call)
    notes = [
        Note(
            f"one {thing} per sample: {name} at {last}",
            "ink",
            f"{name} at {last} is returned",
        )
    ]
    if dropped:
        text = f"{name} at {dropped}: computed, then dropped"
        notes.append(
            Note(
                text, "ghost", f"{name} at {dropped} is computed, then dropped"
            )
        )
    return notes


def _about_hatched(call: RecurrentCall, sample: int) -> list[Note]:
    if call.mask is None or call.mask[sample].all():
        return []
    steps = np.flatnonzero(~call.mask[sample])
    masked = ", ".join(f"t = {t}" for t in steps[:_SAID])
    more = f" and {len(steps) - _SAID} more" if len(steps) > _SAID else ""
    happens = "the state passes unchanged"
    if returns_zero(call, sample):
        happens = f"{happens}, 0 is returned"
    spoken = f"masked at {masked}{more}: {happens}"
    return [Note(f"hatched: masked steps, {happens}", spoken=spoken)]


def _about_merge(call: BidirectionalCall) -> Note:
    text = f"{call.merge_mode} of forward and backward"
    if call.forward.return_sequences:
        return Note(f"{text}, step by step", "ink")
    forward, backward = (
        step_names(call.forward)[0],
        step_names(call.backward)[0],
    )
    return Note(f"{text}: h at {forward} and h at {backward}", "ink")


def _about_attention(call: LayerCall, sources: Sequence[str]) -> list[Note]:
    if call.attention is None:
        return []
    several = call.attention.ndim == 4 and call.attention.shape[1] > 1
    heads = f", mean of {call.attention.shape[1]} heads" if several else ""
    if len(sources) > 1:
        text = f"squares: attention weights{heads}, from 0 to 1; the first step at the left"
        return [
            Note(
                text,
                spoken="every step weighs the steps of another row, from 0 to 1",
            )
        ]
    text = f"lines: attention weights{heads}; thicker is more"
    return [
        Note(
            text, spoken="every step weighs all steps of the row that it reads"
        )
    ]


def _about_dropout(call: LayerCall, sample: int) -> list[Note]:
    """Return what the drawn sample loses to dropout in a training run."""
    notes = []
    if not isinstance(call, RecurrentCall):
        factor = call.dropout.get("x")
        if factor is None:
            return []
        share = _share(factor[sample])
        return [
            Note(
                f"✕: dropped, {share}; the others grow",
                spoken=f"dropout drops {share}",
            )
        ]
    names = {"x": "x", "h": "h on its way to the next step"}
    for name, factor in call.dropout.items():
        share = _share(factor[sample])
        notes.append(
            Note(f"dropout on {names[name]}: {share}, the same at every step")
        )
    return notes


def _share(factor: Array) -> str:
    """Return how many values are dropped, as text."""
    return f"{int(np.sum(factor == 0))} of {factor.size} values"


def _about_mask(call: LayerCall) -> list[Note]:
    if call.output_mask is None:
        return []
    masked = int(np.sum(~call.output_mask))
    if masked:
        return [
            Note(
                f"passes on a mask: {masked} of {call.output_mask.size} steps masked"
            )
        ]
    if call.facts.mask != "makes":
        return []  # the row that makes the mask says it once
    return [Note("passes on a mask: no step masked")]
