"""The same story in words: the description of a picture, what a terminal shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter

from unrolled.axes import say_shape
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
    name = batches[0].model_name
    model = f"Data flow of the model {name}"
    if len(batches) > 1:
        model = f"{model} in {len(batches)} batches drawn side by side"
    heading = f"{model}, sample {sample} drawn, from input to labels:"
    lines = [heading]
    by_key = {row.key: row for row in rows}
    # the line before tells what most rows read
    before = None
    for row in rows:
        reads = _name_sources(row, before, by_key)
        sentence = _describe_row(row, reads)
        lines.append(f"- {sentence}.")
        before = row.key
    return "\n".join(lines)


def title(batches: Sequence[Trace], rows: Sequence[Row]) -> str:
    """Return one line that names the picture: the layers, and the shapes at both ends."""
    layers = []
    last = rows[0]
    for row in rows:
        if isinstance(row, LabelRow):
            # the data end in labels, but the model ends in the row below them
            continue
        last = row
        if not isinstance(row, InputRow):
            # "Input data" would say nothing of the model
            layers.append(row.title)
    if len(layers) > _ALL_NAMED:
        first_layers = layers[:3]
        last_layers = layers[-2:]
        layers = [*first_layers, "…", *last_layers]
    names = ", ".join(layers)
    start = say_shape(rows[0].axes)
    end = say_shape(last.axes)
    return f"{batches[0].model_name}: {names}; {start} to {end}"


def _describe_row(row: Row, reads: str) -> str:
    """Return a row as a sentence. reads: what it reads, where that is not the line before it."""
    spoken = map(Note.sentence, row.notes)
    # some notes are for the picture alone
    sentences = filter(None, spoken)
    shape = say_shape(row.axes)
    if not row.is_layer:
        # an input, labels, or an output that no layer made
        details = [*row.details, *sentences]
        return f"{row.subject} {shape}: {', '.join(details)}"
    parts = [row.subject]
    if reads:
        parts.append(f"reads {reads}")
    match row:
        case RecurrentRow():
            parts.append(row.story)
        case StepsRow(shares_weights=True):
            parts.append("the same weights at every timestep")
    if row.weights:
        parts.append(f"{row.weights} weights")
    # what it returns comes last, as the next line goes on with it
    if row.axes:
        parts.append(f"returns {shape}")
    else:
        parts.append("returns nothing that can be shown")
    parts += sentences
    return "; ".join(parts)


def _name_sources(row: Row, before: int | None, rows: Mapping[int, Row]) -> str:
    """Return the names of the rows that a row reads, nothing for the one before it alone.

    before: the key of the row before it.
    """
    read = list(map(attrgetter("row", "is_state"), row.links))
    # what the row before shows, and not one of its final states
    only_before = [(before, False)]
    if read == only_before:
        return ""
    names = []
    for link in row.links:
        if link.row is None:
            # nobody can see where it comes from
            continue
        source = rows[link.row]
        name = source.name
        # of a layer with final states the name alone would mean what it returns
        if link.is_state and isinstance(source, RecurrentRow):
            # parts are counted from 1, as 0 is what the row shows
            number = link.part - 1
            state = source.state_names[number]
            name = f"the final state {state} of {name}"
        names.append(name)
    return ", ".join(names)
