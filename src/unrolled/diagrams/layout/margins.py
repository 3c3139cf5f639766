"""What stands beside a row: the layer as its user writes it, and the shape it returns.

A picture of few columns has the layer at the left and the shape at the right. In one of many
columns both stand at the left, so that it fits a page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from unrolled.axes import ShapePart, shape_parts
from unrolled.diagrams.layout.line_breaks import (
    SMALL,
    TITLE,
    break_details,
    break_title,
    wrap,
)
from unrolled.diagrams.rows.parts import Axis
from unrolled.diagrams.rows.rows import InputRow, LabelRow, Row
from unrolled.scenes.fonts import shorten
from unrolled.scenes.shapes import Shape, Span, Text, label, moved
from unrolled.scenes.sizes import Sizes

WIDEST = 230.0  # a left margin cuts or wraps what is longer
FULL = 190.0  # arguments fill a line up to here
SHAPE = 14.0
WORD = 11.0  # the words of the axes
BASELINE = 4.0  # from the middle of a line of text to its baseline

#: the colour of a word that is not a role by itself
ROLES: Mapping[str, str] = {
    "planes": "soft",
    "rows": "soft",
    "columns": "soft",
    "heads": "soft",
    "channels": "features",
    "ids": "features",
    "filters": "units",
    "": "ink",
}


@dataclass(frozen=True)
class Margin:
    """The lines of text beside one row, each at x = 0. line: from one to the next."""

    left: list[Text]
    right: list[Text]
    line: float

    @property
    def height(self) -> float:
        """The height of the longer side."""
        lines = max(len(self.left), len(self.right))
        return self.line * lines


@dataclass(frozen=True)
class Margins:
    """What stands beside all rows.

    Attributes
    ----------
    beside : dict
        The texts beside each row, by its key.
    left_width, right_width : float
        How wide the texts at the left and at the right are.
    """

    beside: Mapping[int, Margin]
    left_width: float
    right_width: float


def write_margins(
    rows: Sequence[Row], sizes: Sizes, *, compact: bool
) -> Margins:
    """Return the texts beside the rows; compact: all at the left, long notes wrapped."""
    margins = _write_within(WIDEST, rows, sizes, compact)
    may_be_longer = sizes.joined and compact
    widest = max(margins.left_width, margins.right_width)
    if may_be_longer and widest > WIDEST:
        # a shape is never broken: where one is longer, all lines may be
        return _write_within(widest, rows, sizes, compact)
    return margins


def _write_within(
    room: float, rows: Sequence[Row], sizes: Sizes, compact: bool
) -> Margins:
    """Return the texts beside the rows, in lines of this width where they can be broken."""
    beside = {}
    left = right = 0.0
    for row in rows:
        margin = _write(row, sizes, room, compact)
        beside[row.key] = margin
        for line in margin.left:
            left = max(left, line.width)
        for line in margin.right:
            right = max(right, line.width)
    return Margins(beside, left, right)


def place_lines(
    lines: Sequence[Text], x: float, middle: float, line: float
) -> list[Shape]:
    """Return the lines, one under the other, around the middle of their row."""
    between_ends = line * (len(lines) - 1)
    top = middle - between_ends / 2 + BASELINE
    placed = []
    for k, text in enumerate(lines):
        y = top + line * k
        placed.append(moved(text, x, y))
    return placed


def shape_spans(axes: Sequence[Axis]) -> list[Span]:
    """Return a shape as text, the word and the size of each axis in its colour."""
    return list(map(_shape_span, shape_parts(axes)))


def _shape_span(part: ShapePart) -> Span:
    # other words, such as timesteps, are roles themselves
    role = ROLES.get(part.word, part.word)
    match part.kind:
        case "word":
            return Span(part.text, role, WORD)
        case "size":
            return Span(part.text, role, SHAPE, bold=True)
        case _:
            return Span(part.text, "soft", SHAPE)


def _write(row: Row, sizes: Sizes, room: float, compact: bool) -> Margin:
    """Return what stands beside a row."""
    layer = _write_layer(row, sizes, room)
    # a row without a shape has an empty line, so that its notes stand where others have theirs
    shape = [Span(" ")]
    if row.axes:
        shape = shape_spans(row.axes)
    is_returned = not isinstance(row, (InputRow, LabelRow))
    if compact and is_returned:
        # under the layer only the arrow tells that this is what it returns
        shape = [Span("→ ", "soft", SHAPE), *shape]
    notes = _write_notes(row, room, wrapped=compact)
    returned = [
        Text(0, 0, tuple(shape)),
        *_fill_lines(notes, sizes, room),
    ]
    if not compact:
        # the layer at the left, and what it returns at the right
        return Margin(layer, returned, sizes.line)
    lines = [*layer, *returned]
    # a decoder stands at the right, and so do its texts
    in_decoder = row.segment == 1 and not row.aside
    if in_decoder:
        return Margin([], lines, sizes.line)
    return Margin(lines, [], sizes.line)


def _write_layer(row: Row, sizes: Sizes, room: float) -> list[Text]:
    """Return the title of a row, and the lines under it."""
    is_code = row.is_code
    titles = []
    for title in break_title(row.title, room, mono=is_code):
        line = label(0, 0, title, "ink", TITLE, bold=True, mono=is_code)
        titles.append(_cut(line, room))
    full = FULL
    if sizes.joined:
        # a dense picture has no line to spare
        full = room
    details = []
    for detail in break_details(row.details, room, full):
        line = label(0, 0, detail, "soft", SMALL)
        details.append(_cut(line, room))
    return [*titles, *_fill_lines(details, sizes, room)]


def _write_notes(row: Row, room: float, *, wrapped: bool) -> list[Text]:
    """Return what is said about a row in the picture."""
    lines = []
    for note in row.notes:
        pieces = [note.short()]
        if wrapped:
            # at the left there is less room
            pieces = wrap(note.short(), room)
        # some notes are for the words alone
        for piece in filter(None, pieces):
            line = label(0, 0, piece, note.role, SMALL)
            lines.append(line)
    return lines


def _fill_lines(lines: Sequence[Text], sizes: Sizes, room: float) -> list[Text]:
    """Return the lines, in a dense picture as many in one as fit, each in its own colour."""
    if not sizes.joined:
        return list(lines)
    between = Span("; ", "soft", SMALL)
    filled = list(lines[:1])
    for line in lines[1:]:
        before = filled[-1]
        spans = (*before.spans, between, *line.spans)
        longer = replace(before, spans=spans)
        # a line that is longer by itself stays as it is
        if longer.width <= room:
            filled[-1] = longer
        else:
            filled.append(line)
    return filled


def _cut(line: Text, room: float) -> Text:
    """Return a line that fits; what it said before it was cut is shown under the mouse."""
    span = line.spans[0]
    text = shorten(span.text, room, span.size, bold=span.bold, mono=span.mono)
    if text == span.text:
        return line
    cut = replace(span, text=text)
    return replace(line, spans=(cut,), full=span.text)
