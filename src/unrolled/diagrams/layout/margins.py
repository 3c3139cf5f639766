"""What stands beside a row: the layer as its user writes it, and the shape it returns.

A picture of few columns has the layer at the left and the shape at the right. In one of many columns both stand at
the left, so that it fits a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from unrolled.diagrams.rows.axes import ROLES
from unrolled.diagrams.rows.rows import Row
from unrolled.scenes.fonts import shorten, text_width
from unrolled.scenes.shapes import Shape, Span, Text, label, moved
from unrolled.scenes.sizes import Sizes

WIDEST = 230.0  # a left margin cuts or wraps what is longer
FULL = 190.0  # arguments fill a line up to here
SMALL = 11.5


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


def write_margins(rows: Sequence[Row], sizes: Sizes, *, compact: bool) -> dict[int, Margin]:
    """Return the texts beside each row by its id; compact: all at the left, long notes wrapped."""
    margins = {id(row): _write(row, sizes, WIDEST, compact=compact) for row in rows}
    widest = max(widths(list(margins.values())))
    if not sizes.joined or not compact or widest <= WIDEST:
        return margins
    # a shape is never broken: where one is longer, all lines may be
    return {id(row): _write(row, sizes, widest, compact=compact) for row in rows}


def _write(row: Row, sizes: Sizes, room: float, *, compact: bool) -> Margin:
    def fill(lines: Sequence[Text]) -> Sequence[Text]:
        return list(_joined(lines, room)) if sizes.joined else lines

    mono = row.kind not in ("input", "labels") and row.title.endswith(")")
    titles = _break_title(row.title, room, mono=mono)
    left = [_cut(label(0, 0, line, "ink", 13, bold=True, mono=mono), room) for line in titles]
    details = _break_details(row.details, room, room if sizes.joined else FULL)
    left += fill([_cut(label(0, 0, line, "soft", SMALL), room) for line in details])
    shape = Text(0, 0, tuple(shape_spans(row.axes) if row.axes or row.arrays else [Span(" ")]))
    if not compact:
        return Margin(
            left,
            [shape, *fill([label(0, 0, text, role, SMALL) for text, role in row.notes])],
            sizes.line,
        )
    if row.kind not in ("input", "labels"):
        shape = Text(0, 0, (Span("→ ", "soft", 14), *shape.spans))
    notes = [
        label(0, 0, line, role, SMALL) for text, role in row.notes for line in _wrap(text, room)
    ]
    lines = [*left, shape, *fill(notes)]
    return (
        Margin([], lines, sizes.line)
        if row.segment and not row.aside
        else Margin(lines, [], sizes.line)
    )


def _break_title(title: str, room: float, *, mono: bool) -> list[str]:
    """Return a title in one line, or in two where a wrapper around a layer would not fit."""
    opening = title.find("(") + 1
    if text_width(title, 13, bold=True, mono=mono) <= room or not 0 < opening < len(title) - 1:
        return [title]
    return [title[:opening], f"  {title[opening:]}"]


def _break_details(details: Sequence[str], room: float, full: float) -> Iterator[str]:
    """Yield the lines under a title: arguments together up to a width, and the number of weights never cut."""
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
            yield detail


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
        longer = replace(joined, spans=(*joined.spans, Span("; ", "soft", SMALL), *line.spans))
        if longer.width > room:
            yield joined
        joined = line if longer.width > room else longer
    if joined is not None:
        yield joined


def widths(margins: Sequence[Margin]) -> tuple[float, float]:
    """Return the widths of the left and of the right margin."""
    left = max((line.width for m in margins for line in m.left), default=0.0)
    return left, max((line.width for m in margins for line in m.right), default=0.0)


def place_lines(lines: Sequence[Text], x: float, middle: float, line: float) -> list[Shape]:
    """Return the lines, one under the other, around the middle of their row."""
    top = middle - line * (len(lines) - 1) / 2 + 4
    return [moved(text, x, top + line * k) for k, text in enumerate(lines)]


def shape_spans(axes: Sequence[tuple[int, str]]) -> list[Span]:
    """Return a shape as text, each number in its axis's colour and followed by its axis's word."""
    spans = [Span("(", "soft", 14)]
    for k, (size, word) in enumerate(axes):
        spans.append(Span(f"{', ' if k else ''}", "soft", 14))
        spans.append(Span(str(size), ROLES.get(word, word), 14, bold=True))
        if word:
            spans.append(Span(f" {word}", ROLES.get(word, word), 11))
    return [s for s in [*spans, Span(",)" if len(axes) == 1 else ")", "soft", 14)] if s.text]


def _cut(line: Text, room: float) -> Text:
    span = line.spans[0]
    text = shorten(span.text, room, span.size, bold=span.bold, mono=span.mono)
    full = "" if text == span.text else span.text
    return label(
        line.x, line.y, text, span.role, span.size, bold=span.bold, mono=span.mono, full=full
    )


def _wrap(text: str, room: float) -> Iterator[str]:
    """Yield the text in lines that fit; a word that is too long alone is cut."""
    line = ""
    for part in text.replace("t = ", "t\0=\0").split(" "):
        word = part.replace("\0", " ")
        longer = f"{line} {word}".strip()
        if line and text_width(longer, SMALL) > room:
            yield line
            longer = word
        line = shorten(longer, room, SMALL)
    yield line
