"""The same story in words: the description of a picture, what a terminal shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unrolled.diagrams.rows.parts import Note
from unrolled.diagrams.rows.rows import (
    InputRow,
    LabelRow,
    RecurrentRow,
    Row,
    StepsRow,
)
from unrolled.traces.trace import Trace

_ALL_NAMED = 6  # layers that the title of a picture names; of more the first three and the last two


def describe(batches: Sequence[Trace], rows: Sequence[Row], sample: int) -> str:
    """Return the rows as sentences, one line for each row, bottom up, as they are drawn."""
    model = f"Data flow of the model {batches[0].model_name}"
    if len(batches) > 1:
        model = f"{model} in {len(batches)} batches drawn side by side"
    lines = [f"{model}, sample {sample} drawn, from input to labels:"]
    by_key = {row.key: row for row in rows}
    before = None
    for row in rows:
        reads = _name_sources(row, before, by_key)
        lines.append(f"- {_describe_row(row, reads)}.")
        before = row.key
    return "\n".join(lines)


def title(batches: Sequence[Trace], rows: Sequence[Row]) -> str:
    """Return one line that names the picture: the layers, and the shapes at both ends."""
    layers = []
    last = rows[0]
    for row in rows:
        if isinstance(row, LabelRow):
            continue
        last = row
        if not isinstance(row, InputRow):
            layers.append(row.title)
    if len(layers) > _ALL_NAMED:
        layers = [*layers[:3], "…", *layers[-2:]]
    ends = f"{shape_text(rows[0])} to {shape_text(last)}"
    return f"{batches[0].model_name}: {', '.join(layers)}; {ends}"


def shape_text(row: Row) -> str:
    """Return a shape with the words of its axes: ``(3 batch, 5 timesteps, 2 features)``."""
    axes = [f"{size} {word}".strip() for size, word in row.axes]
    if len(axes) == 1:
        return f"({axes[0]},)"
    return f"({', '.join(axes)})"


def _describe_row(row: Row, reads: str) -> str:
    """Return a row as a sentence. reads: what it reads, where that is not the line before it."""
    # some notes are for the picture alone
    sentences = filter(None, map(Note.sentence, row.notes))
    shape = shape_text(row)
    if not row.is_layer:
        details = ", ".join([*row.details, *sentences])
        return f"{row.subject} {shape}: {details}"
    parts = [row.subject]
    if reads:
        parts.append(f"reads {reads}")
    if isinstance(row, RecurrentRow):
        parts.append(row.story)
    if isinstance(row, StepsRow) and row.shares_weights:
        parts.append("the same weights at every timestep")
    if row.weights:
        parts.append(f"{row.weights} weights")
    if row.axes:
        parts.append(f"returns {shape}")
    else:
        parts.append("returns nothing that can be shown")
    return "; ".join([*parts, *sentences])


def _name_sources(row: Row, before: int | None, rows: Mapping[int, Row]) -> str:
    """Return the names of the rows that a row reads, nothing for the one before it alone.

    before: the key of the row before it.
    """
    if len(row.links) == 1:
        (link,) = row.links
        if link.row == before and not link.is_state:
            return ""
    names = []
    for link in row.links:
        if link.row is None:
            continue
        source = rows[link.row]
        name = source.name
        if link.is_state and isinstance(source, RecurrentRow):
            state = source.state_names[link.part - 1]
            name = f"the final state {state} of {name}"
        names.append(name)
    return ", ".join(names)
