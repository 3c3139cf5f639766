"""What is said about a row under its shape: which outputs are returned or dropped, masks, merges, dropout."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from unrolled.diagrams.rows.receptive_fields import find_reach
from unrolled.traces.calls import BidirectionalCall, LayerCall, Provenance, RecurrentCall
from unrolled.traces.cells import STATES, Array

Note = tuple[str, str]  # text, role


def write_notes(call: LayerCall, kind: str, sources: Sequence[str], sample: int) -> list[Note]:
    """Return the notes of a call. sources: the names of the layers it reads, each once."""
    notes: list[Note] = []
    if isinstance(call, RecurrentCall) and kind == "recurrent":
        notes += _about_steps(call, sample)
    elif isinstance(call, BidirectionalCall) and call.merge_mode:
        notes.append(_about_merge(call))
    elif len(sources) > 1:
        notes.append((f"reads {', '.join(sources)}", "soft"))
    notes += _about_makings(call, sources, recurrent=kind == "recurrent")
    notes += [*_about_reach(call), *_about_attention(call, sources), *_about_dropout(call, sample)]
    if call.output_mask is not None:
        steps = int(np.sum(~call.output_mask))
        count = f"{steps} of {call.output_mask.size} steps" if steps else "no step"
        notes.append((f"hands on a mask: {count} masked", "soft"))
    return notes


def tell_making(making: Provenance | None) -> str:
    """Return how a value came to be that no layer made.

    >>> tell_making(Provenance((), ("Add", "Mean")))
    'made in call() by Add, Mean'
    """
    return (
        f"made in call() by {', '.join(making.operations)}"
        if making
        else "made in call(), outside any layer"
    )


def _about_makings(call: LayerCall, sources: Sequence[str], *, recurrent: bool) -> list[Note]:
    """Return what is told of the inputs that ``call()`` made of what layers returned."""
    made_from = [m for m in call.made_from if m is not None]
    if not made_from:
        return []
    operations = dict.fromkeys(name for m in made_from for name in m.operations)
    notes = [(f"reads {', '.join(sources)}", "soft")] if recurrent and len(sources) > 1 else []
    return [*notes, (f"through {', '.join(operations)} in call()", "soft")]


def step_names(call: RecurrentCall) -> tuple[str, str]:
    """Return the step that is read last, and the others, as text: ``("t = 4", "t = 0…3")``."""
    steps = call.h.shape[1]
    last, rest = (0, (1, steps - 1)) if call.go_backwards else (steps - 1, (0, steps - 2))
    others = (
        "" if steps == 1 else f"t = {rest[0]}" if rest[0] == rest[1] else f"t = {rest[0]}…{rest[1]}"
    )
    return f"t = {last}", others


def _about_steps(call: RecurrentCall, sample: int) -> list[Note]:
    """Return what is told of a recurrent layer's outputs and states."""
    notes: list[Note] = []
    known = call.cell_output is None
    name, thing = "h" if known else "the output", "map" if call.h.ndim > 3 else "vector"
    last, dropped = step_names(call)
    if call.return_sequences:
        merged = isinstance(call.parent, BidirectionalCall)
        turned = ", turned round by Bidirectional" if merged else ", last step first"
        notes.append((f"{name} at every step" + (turned if call.go_backwards else ""), "ink"))
    else:
        notes.append((f"one {thing} per sample: {name} at {last}", "ink"))
        if dropped:
            notes.append((f"{name} at {dropped}: computed, then dropped", "ghost"))
    if call.return_state:
        names = ", ".join(
            STATES.get(call.cell_class, tuple(f"s{k}" for k in range(len(call.states))))
        )
        notes.append((f"and the final state: {names}", "ink"))
    if call.mask is not None and not call.mask[sample].all():
        notes.append(("hatched: masked steps, the state passes unchanged", "soft"))
    source = call.sources[0] if call.sources else None
    if call.mask is None and source is not None and source.output_mask is not None:
        notes.append(("the mask of its input does not reach it", "warn"))
    if not known:
        notes.append(("inside of the cell not known: output and states alone", "ghost"))
    return notes


def _about_merge(call: BidirectionalCall) -> Note:
    text = f"{call.merge_mode} of forward and backward"
    if call.forward.return_sequences:
        return f"{text}, step by step", "ink"
    forward, backward = step_names(call.forward)[0], step_names(call.backward)[0]
    return f"{text}: h at {forward} and h at {backward}", "ink"


def _about_reach(call: LayerCall) -> list[Note]:
    reach = (
        find_reach(call, call.inputs[0].shape[1])
        if call.inputs and call.inputs[0].ndim > 2
        else None
    )
    most = max(map(len, reach), default=0) if reach else 0
    return [(f"a step reads up to {most} steps of the row below", "soft")] if most > 1 else []


def _about_attention(call: LayerCall, sources: Sequence[str]) -> list[Note]:
    if call.attention is None:
        return []
    many = call.attention.ndim == 4 and call.attention.shape[1] > 1
    heads = f", mean of {call.attention.shape[1]} heads" if many else ""
    if len(sources) > 1:
        return [
            (f"squares: attention weights{heads}, from 0 to 1; the first step at the left", "soft")
        ]
    return [(f"lines: attention weights{heads}; thicker is more", "soft")]


def _about_dropout(call: LayerCall, sample: int) -> list[Note]:
    """Return what the drawn sample loses to dropout in a training run."""
    if not isinstance(call, RecurrentCall):
        factor = call.dropout.get("x")
        return (
            []
            if factor is None
            else [(f"✕: dropped, {_share(factor[sample])}; the others grow", "soft")]
        )
    names = {"x": "x", "h": "h on its way to the next step"}
    return [
        (f"dropout on {names[name]}: {_share(factor[sample])}, the same at every step", "soft")
        for name, factor in call.dropout.items()
    ]


def _share(factor: Array) -> str:
    """Return how many values are dropped, as text."""
    return f"{int(np.sum(factor == 0))} of {factor.size} values"
