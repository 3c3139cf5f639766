"""The same story in words: the description of a picture, its alternative text, what a terminal shows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from unrolled.diagrams.rows.notes import step_names
from unrolled.diagrams.rows.rows import Row, name_of, shares_weights, state_names
from unrolled.traces.calls import RecurrentCall, Trace
from unrolled.traces.cells import STATES


def tell(batches: Sequence[Trace], rows: Sequence[Row], sample: int) -> str:
    """Return the rows as sentences, one line per row, bottom up, as they are drawn."""
    first = batches[0]
    count = f" in {len(batches)} batches drawn side by side" if len(batches) > 1 else ""
    lines = [
        f"Data flow of the model {first.model_name}{count}, sample {sample} drawn, from input to labels:"
    ]
    for before, row in zip([None, *rows], rows, strict=False):
        lines.append(f"- {_tell_row(row, sample, _reads(row, before))}")
    return "\n".join(lines)


def title(batches: Sequence[Trace], rows: Sequence[Row]) -> str:
    """Return one line that names the picture: the layers, and the shapes at both ends."""
    layers = [r.title for r in rows if r.kind not in ("input", "labels")]
    shown = layers if len(layers) <= 6 else [*layers[:3], "…", *layers[-2:]]
    ends = " to ".join(
        shape_text(r) for r in (rows[0], [r for r in rows if r.kind != "labels"][-1])
    )
    return f"{batches[0].model_name}: {', '.join(shown)}; {ends}"


def shape_text(row: Row) -> str:
    """Return a shape with the words of its axes: ``(3 batch, 5 timesteps, 2 features)``."""
    inner = ", ".join(f"{n} {word}".strip() for n, word in row.axes)
    return f"({inner},)" if len(row.axes) == 1 else f"({inner})"


def _tell_row(row: Row, sample: int, reads: str) -> str:
    """Return a row as a sentence. reads: what it reads, where that is not the line before it."""
    if row.kind == "labels":
        return f"{row.title} {shape_text(row)}: {', '.join([*row.details, *(n for n, _ in row.notes)])}."
    if row.call.layer_class in ("InputLayer", ""):
        return f"{row.title} {shape_text(row)}: {', '.join([*row.details, *(n for n, _ in row.notes)])}."
    call = row.call
    parts = [
        f"{call.constructor if row.details or '(' in row.title else row.title}, layer {call.path!r}"
    ]
    if reads:
        parts.append(f"reads {reads}")
    if isinstance(call, RecurrentCall) and row.kind == "recurrent":
        parts.append(_tell_recurrent(call, row, sample))
    if shares_weights(row):
        parts.append("the same weights at every timestep")
    if call.weights.count:
        parts.append(f"{call.weights.formula} weights")
    parts.append(f"returns {shape_text(row)}" if row.axes else "returns nothing that can be shown")
    parts += [
        text
        for text, _ in row.notes
        if not text.startswith(("h at", "one vector", "one map", "reads "))
    ]
    return "; ".join(parts) + "."


def _reads(row: Row, before: Row | None) -> str:
    """Return the names of the rows that a row reads, nothing where it is the one before it alone."""
    if [link.row for link in row.links] == [before] and not any(
        link.is_state for link in row.links
    ):
        return ""
    names = []
    for link in row.links:
        if link.row is not None:
            state = (
                f"the final state {state_names(link.row)[link.part - 1]} of "
                if link.is_state
                else ""
            )
            names.append(f"{state}{name_of(link.row)}")
    return ", ".join(names)


def _tell_recurrent(call: RecurrentCall, row: Row, sample: int) -> str:
    names = " and ".join(STATES.get(call.cell_class, ("its states",)))
    steps = call.h.shape[1]
    way = f"t = {steps - 1} back to 0" if call.go_backwards else f"t = 0 to {steps - 1}"
    start = any(np.any(s[sample]) for s in call.initial_state)
    names_of = ", ".join(
        dict.fromkeys(link.row.call.layer_name for link in row.starts if link.row is not None)
    )
    begin = (
        f"the states that {names_of} gives" if names_of else "given values" if start else "zeros"
    )
    if start and call.stateful:
        begin = "the states carried over"
    last, dropped = step_names(call)
    h = "h" if call.cell_output is None else "the output"
    kept = (
        f"{h} of every step is returned" if call.return_sequences else f"{h} at {last} is returned"
    )
    if not call.return_sequences and dropped:
        kept += f", {h} at {dropped} is computed, then dropped"
    text = f"reads {way}, carrying {names} from step to step, starting from {begin}; {kept}"
    if len(row.calls) > 1:
        text += (
            "; the final state of each sample is where the same sample of the next batch starts"
            if call.stateful
            else "; every batch starts again from zeros"
        )
    if call.mask is not None and not call.mask[sample].all():
        masked = ", ".join(f"t = {t}" for t in np.flatnonzero(~call.mask[sample])[:8])
        text += f"; masked at {masked}: the state passes unchanged"
    return text
