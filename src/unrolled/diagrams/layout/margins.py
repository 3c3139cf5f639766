"""What stands beside a row: the layer as its user writes it, and the shape it returns.

A picture of few columns has the layer at the left and the shape at the right. In one of many
columns both stand at the left, so that it fits a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from unrolled.diagrams.rows.parts import Axis, Note
from unrolled.diagrams.rows.rows import InputRow, LabelRow, Row
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
    margins = {row.key: _write(row, sizes, WIDEST, compact) for row in rows}
    widest = max(widths(list(margins.values())))
    if widest > WIDEST and sizes.joined and compact:
        # a shape is never broken: where one is longer, all lines may be
        return {row.key: _write(row, sizes, widest, compact) for row in rows}
    return margins


def widths(margins: Sequence[Margin]) -> tuple[float, float]:
    """Return the widths of the left and of the right margin."""
    left = right = 0.0
    for margin in margins:
        left = max(left, *(line.width for line in margin.left), 0.0)
        right = max(right, *(line.width for line in margin.right), 0.0)
    return left, right


def place_lines(
    lines: Sequence[Text], x: float, middle: float, line: float
) -> list[Shape]:
    """Return the lines, one under the other, around the middle of their row."""
    top = middle - line * (len(lines) - 1) / 2 + BASELINE
    return [moved(text, x, top + line * k) for k, text in enumerate(lines)]


def shape_spans(axes: Sequence[Axis]) -> list[Span]:
    """Return a shape as text, each number in its axis's colour and followed by its axis's word."""
    spans: list[Span] = []
    for size, word in axes:
        role = ROLES.get(word, word)
        spans += [
            Span(", " if spans else "(", "soft", SHAPE),
            Span(str(size), role, SHAPE, bold=True),
        ]
        if word:
            spans.append(Span(f" {word}", role, WORD))
    end = ",)" if len(axes) == 1 else ")"
    return [*spans, Span(end, "soft", SHAPE)]


def _write(row: Row, sizes: Sizes, room: float, compact: bool) -> Margin:
    """Return what stands beside a row."""
    left = _write_layer(row, sizes, room)
    shape = [Span(" ")]
    if row.axes:
        shape = shape_spans(row.axes)
    notes = [note for note in row.notes if note.short()]
    if not compact:
        lines = [label(0, 0, note.short(), note.role, SMALL) for note in notes]
        right = [_line_of(shape), *_fill_lines(lines, sizes, room)]
        return Margin(left, right, sizes.line)
    if not isinstance(row, (InputRow, LabelRow)):
        shape = [Span("→ ", "soft", SHAPE), *shape]
    notes_lines = _fill_lines(_wrapped(notes, room), sizes, room)
    lines = [*left, _line_of(shape), *notes_lines]
    if row.segment and not row.aside:
        return Margin([], lines, sizes.line)
    return Margin(lines, [], sizes.line)


def _line_of(spans: Sequence[Span]) -> Text:
    return Text(0, 0, tuple(spans))


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


def _fill_lines(lines: Sequence[Text], sizes: Sizes, room: float) -> list[Text]:
    """Return the lines, in a dense picture as many in one as fit, each in its own colour."""
    between = Span("; ", "soft", SMALL)
    filled: list[Text] = []
    for line in lines:
        if filled and sizes.joined:
            before = filled[-1]
            spans = (*before.spans, between, *line.spans)
            longer = replace(before, spans=spans)
            if longer.width <= room:
                filled[-1] = longer
                continue
        filled.append(line)
    return filled


def _break_title(title: str, room: float, *, mono: bool) -> list[str]:
    """Return a title in one line, or with the inside of a wrapper in the lines under it."""

    def width(text: str) -> float:
        return text_width(text, TITLE, bold=True, mono=mono)

    opening = title.find("(") + 1
    if width(title) <= room or not 0 < opening < len(title) - 1:
        return [title]
    inside = title[opening:].split(", ")
    lines = _fill(inside, room - width("  "), between=", ", width=width)
    return [title[:opening], *(f"  {line}" for line in lines)]


def _break_details(
    details: Sequence[str], room: float, full: float
) -> Iterator[str]:
    """Yield the lines under a title: arguments together, and the number of weights never cut."""
    arguments: list[str] = []
    for detail in [*details, ""]:
        if "=" in detail and " = " not in detail:
            arguments.append(detail)
            continue
        yield from _fill(arguments, full, between=", ")
        arguments = []
        formula, equals, count = detail.rpartition(" = ")
        if equals and text_width(detail, SMALL) > room:
            yield formula
            yield f"= {count}"
        elif detail:
            yield from _wrap(detail, room)


def _small_width(text: str) -> float:
    return text_width(text, SMALL)


def _fill(
    pieces: Sequence[str],
    room: float,
    *,
    between: str,
    width: Callable[[str], float] = _small_width,
) -> Iterator[str]:
    """Yield pieces of text, as many to a line as fit."""
    line = ""
    for piece in pieces:
        longer = piece
        if line:
            longer = f"{line}{between}{piece}"
        if line and width(longer) > room:
            yield f"{line}{between}".rstrip()
            longer = piece
        line = longer
    if line:
        yield line


def _cut(line: Text, room: float) -> Text:
    """Return a line that fits; what it said before it was cut is shown under the mouse."""
    span = line.spans[0]
    text = shorten(span.text, room, span.size, bold=span.bold, mono=span.mono)
    if text == span.text:
        return line
    return replace(line, spans=(replace(span, text=text),), full=span.text)


def _wrap(text: str, room: float) -> Iterator[str]:
    """Yield the text in lines that fit; a word that is too long alone is cut."""
    # "t = 3" is one word: its spaces are hidden while words are counted
    parts = text.replace("t = ", "t\0=\0").split(" ")
    words = [part.replace("\0", " ") for part in parts if part]
    short = [shorten(word, room, SMALL) for word in words]
    return _fill(short, room, between=" ")
