"""The same story in words: the description of a picture, what a terminal shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unrolled.diagrams.rows.rows import (
    InputRow,
    LabelRow,
    Link,
    RecurrentRow,
    Row,
    StepsRow,
)
from unrolled.traces.calls import Trace

_ALL_NAMED = 6  # layers that the title of a picture names; of more the first three and the last two


def describe(batches: Sequence[Trace], rows: Sequence[Row], sample: int) -> str:
    """Return the rows as sentences, one line for each row, bottom up, as they are drawn."""
    count = (
        f" in {len(batches)} batches drawn side by side"
        if len(batches) > 1
        else ""
    )
    model = f"Data flow of the model {batches[0].model_name}{count}"
    lines = [f"{model}, sample {sample} drawn, from input to labels:"]
    by_key = {row.key: row for row in rows}
    before: Row | None = None
    for row in rows:
        lines.append(
            f"- {_describe_row(row, _describe_links(row, before, by_key))}."
        )
        before = row
    return "\n".join(lines)


def title(batches: Sequence[Trace], rows: Sequence[Row]) -> str:
    """Return one line that names the picture: the layers, and the shapes at both ends."""
    layers = [
        row.title
        for row in rows
        if not isinstance(row, LabelRow) and not _is_input(row)
    ]
    if len(layers) > _ALL_NAMED:
        layers = [*layers[:3], "…", *layers[-2:]]
    last = [row for row in rows if not isinstance(row, LabelRow)][-1]
    ends = f"{shape_text(rows[0])} to {shape_text(last)}"
    return f"{batches[0].model_name}: {', '.join(layers)}; {ends}"


def shape_text(row: Row) -> str:
    """Return a shape with the words of its axes: ``(3 batch, 5 timesteps, 2 features)``."""
    inner = ", ".join(f"{size} {word}".strip() for size, word in row.axes)
    return f"({inner},)" if len(row.axes) == 1 else f"({inner})"


def _is_input(row: Row) -> bool:
    return isinstance(row, InputRow)


def _describe_row(row: Row, reads: str) -> str:
    """Return a row as a sentence. reads: what it reads, where that is not the line before it."""
    sentences = [note.sentence() for note in row.notes if note.sentence()]
    if not row.is_layer:
        return f"{row.subject} {shape_text(row)}: {', '.join([*row.details, *sentences])}"
    parts = [row.subject]
    if reads:
        parts.append(f"reads {reads}")
    if isinstance(row, RecurrentRow):
        parts.append(row.story)
    if isinstance(row, StepsRow) and row.shares_weights:
        parts.append("the same weights at every timestep")
    if row.weights:
        parts.append(f"{row.weights} weights")
    parts.append(
        f"returns {shape_text(row)}"
        if row.axes
        else "returns nothing that can be shown"
    )
    return "; ".join([*parts, *sentences])


def _describe_links(
    row: Row, before: Row | None, rows: Mapping[int, Row]
) -> str:
    """Return the names of the rows that a row reads, nothing for the one before it alone."""
    if len(row.links) == 1 and _is_row_before(row.links[0], before):
        return ""
    known = [link for link in row.links if link.row is not None]
    names = [_name_link(link, rows[link.row or 0]) for link in known]
    return ", ".join(names)


def _is_row_before(link: Link, before: Row | None) -> bool:
    return before is not None and link.row == before.key and not link.is_state


def _name_link(link: Link, source: Row) -> str:
    if link.is_state and isinstance(source, RecurrentRow):
        return f"the final state {source.state_names[link.part - 1]} of {source.name}"
    return source.name
