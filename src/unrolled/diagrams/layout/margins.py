"""What stands beside a row: the layer as its user writes it, and the shape it returns.

A picture of few columns has the layer at the left and the shape at the right. In one of many
columns both stand at the left, so that it fits a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from unrolled.diagrams.rows.rows import Axis, InputRow, LabelRow, Note, Row
from unrolled.scenes.fonts import shorten, text_width
from unrolled.scenes.shapes import Shape, Span, Text, label, moved
from unrolled.scenes.sizes import Sizes

WIDEST = 230.0  # a left margin cuts or wraps what is longer
FULL = 190.0  # arguments fill a line up to here
TITLE = 13.0
SHAPE = 14.0
WORD = 11.0  # the words of the axes
SMALL = 11.5
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
        return self.line * max(len(self.left), len(self.right))


def write_margins(
    rows: Sequence[Row], sizes: Sizes, *, compact: bool
) -> dict[int, Margin]:
    """Return the texts beside each row by its key; compact: all at the left, long notes wrapped."""
    margins = {
        row.key: _write(row, sizes, WIDEST, compact=compact) for row in rows
    }
    widest = max(widths(list(margins.values())))
    if not sizes.joined or not compact or widest <= WIDEST:
        return margins
    # a shape is never broken: where one is longer, all lines may be
    return {
        row.key: _write(row, sizes, widest, compact=compact) for row in rows
    }


def widths(margins: Sequence[Margin]) -> tuple[float, float]:
    """Return the widths of the left and of the right margin."""
    left = [line.width for margin in margins for line in margin.left]
    right = [line.width for margin in margins for line in margin.right]
    return max(left, default=0.0), max(right, default=0.0)


def place_lines(
    lines: Sequence[Text], x: float, middle: float, line: float
) -> list[Shape]:
    """Return the lines, one under the other, around the middle of their row."""
    top = middle - line * (len(lines) - 1) / 2 + BASELINE
    return [moved(text, x, top + line * k) for k, text in enumerate(lines)]


def shape_spans(axes: Sequence[Axis]) -> list[Span]:
    """Return a shape as text, each number in its axis's colour and followed by its axis's word."""
    spans = [Span("(", "soft", SHAPE)]
    for index, (size, word) in enumerate(axes):
        role = ROLES.get(word, word)
        if index:
            spans.append(Span(", ", "soft", SHAPE))
        spans.append(Span(str(size), role, SHAPE, bold=True))
        if word:
            spans.append(Span(f" {word}", role, WORD))
    return [*spans, Span(",)" if len(axes) == 1 else ")", "soft", SHAPE)]


def _write(row: Row, sizes: Sizes, room: float, *, compact: bool) -> Margin:
    left = _write_layer(row, sizes, room)
    has_shape = bool(row.axes)
    shape = Text(
        0, 0, tuple(shape_spans(row.axes) if has_shape else [Span(" ")])
    )
    notes = [note for note in row.notes if note.short()]
    if not compact:
        lines = [label(0, 0, note.short(), note.role, SMALL) for note in notes]
        return Margin(
            left, [shape, *_fill_lines(lines, sizes, room)], sizes.line
        )
    if not isinstance(row, (InputRow, LabelRow)):
        shape = Text(0, 0, (Span("→ ", "soft", SHAPE), *shape.spans))
    lines = [*left, shape, *_fill_lines(_wrapped(notes, room), sizes, room)]
    if row.segment and not row.aside:
        return Margin([], lines, sizes.line)
    return Margin(lines, [], sizes.line)


def _write_layer(row: Row, sizes: Sizes, room: float) -> list[Text]:
    """Return the title of a row, and the lines under it."""
    titles = _break_title(row.title, room, mono=row.is_code)
    lines = []
    for title in titles:
        line = label(0, 0, title, "ink", TITLE, bold=True, mono=row.is_code)
        lines.append(_cut(line, room))
    full = room if sizes.joined else FULL
    details = [
        _cut(label(0, 0, detail, "soft", SMALL), room)
        for detail in _break_details(row.details, room, full)
    ]
    return [*lines, *_fill_lines(details, sizes, room)]


def _wrapped(notes: Sequence[Note], room: float) -> list[Text]:
    lines = []
    for note in notes:
        lines += [
            label(0, 0, line, note.role, SMALL)
            for line in _wrap(note.short(), room)
        ]
    return lines


def _fill_lines(
    lines: Sequence[Text], sizes: Sizes, room: float
) -> Sequence[Text]:
    """Return the lines, in a dense picture as many in one as fit."""
    return list(_joined(lines, room)) if sizes.joined else lines


def _break_title(title: str, room: float, *, mono: bool) -> list[str]:
    """Return a title in one line, or in two where a wrapper around a layer would not fit."""
    opening = title.find("(") + 1
    fits = text_width(title, TITLE, bold=True, mono=mono) <= room
    if fits or not 0 < opening < len(title) - 1:
        return [title]
    return [title[:opening], f"  {title[opening:]}"]


def _break_details(
    details: Sequence[str], room: float, full: float
) -> Iterator[str]:
    """Yield the lines under a title: arguments together, and the number of weights never cut."""
    arguments: list[str] = []
    for detail in [*details, ""]:
        if "=" in detail and " = " not in detail:
            arguments.append(detail)
            continue
        yield from _fill(arguments, full)
        arguments = []
        formula, equals, count = detail.rpartition(" = ")
        if equals and text_width(detail, SMALL) > room:
            yield formula
            yield f"= {count}"
        elif detail:
            yield from _wrap(detail, room)


def _fill(arguments: Sequence[str], full: float) -> Iterator[str]:
    """Yield arguments with commas, as many to a line as fit."""
    line = ""
    for argument in arguments:
        longer = f"{line}, {argument}" if line else argument
        if line and text_width(longer, SMALL) > full:
            yield f"{line},"
            longer = argument
        line = longer
    if line:
        yield line


def _joined(lines: Sequence[Text], room: float) -> Iterator[Text]:
    """Yield the lines again, as many as fit in one, each in its own colour."""
    joined: Text | None = None
    for line in lines:
        if joined is None:
            joined = line
            continue
        longer = replace(
            joined,
            spans=(*joined.spans, Span("; ", "soft", SMALL), *line.spans),
        )
        if longer.width > room:
            yield joined
            longer = line
        joined = longer
    if joined is not None:
        yield joined


def _cut(line: Text, room: float) -> Text:
    """Return a line that fits; what it said before it was cut is shown under the mouse."""
    span = line.spans[0]
    text = shorten(span.text, room, span.size, bold=span.bold, mono=span.mono)
    if text == span.text:
        return line
    return replace(line, spans=(replace(span, text=text),), full=span.text)


def _wrap(text: str, room: float) -> Iterator[str]:
    """Yield the text in lines that fit; a word that is too long alone is cut."""
    line = ""
    # "t = 3" is one word: its spaces are hidden while words are counted
    for part in text.replace("t = ", "t\0=\0").split(" "):
        word = part.replace("\0", " ")
        longer = f"{line} {word}".strip()
        if line and text_width(longer, SMALL) > room:
            yield line
            longer = word
        line = shorten(longer, room, SMALL)
    yield line
