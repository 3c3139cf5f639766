"""What stands beside a row: the layer as its user writes it, and the shape it returns.

A picture of few columns has the layer at the left and the shape at the right. In one of many columns both stand at
the left, so that it fits a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from unrolled.rendering.fonts import shorten, text_width
from unrolled.rendering.scenes import Shape, Span, Text, label, moved
from unrolled.telling.axes import ROLES
from unrolled.telling.rows import Row

LINE = 16.0  # from one line of text to the next
WIDEST = 230.0  # a left margin cuts or wraps what is longer
FULL = 190.0  # arguments fill a line up to here
SMALL = 11.5


@dataclass(frozen=True)
class Margin:
    """The lines of text beside one row, each at x = 0."""

    left: list[Text]
    right: list[Text]

    @property
    def height(self) -> float:
        """The height of the longer side."""
        return LINE * max(len(self.left), len(self.right))


def write_margin(row: Row, *, compact: bool) -> Margin:
    """Return the texts beside a row; compact: all at the left, long notes wrapped."""
    mono = row.kind not in ("input", "labels") and row.title.endswith(")")
    left = [_cut(label(0, 0, line, "ink", 13, bold=True, mono=mono)) for line in _break_title(row.title, mono=mono)]
    left += [_cut(label(0, 0, line, "soft", SMALL)) for line in _break_details(row.details)]
    shape = Text(0, 0, tuple(shape_spans(row.axes) if row.axes or row.arrays else [Span(" ")]))
    if not compact:
        return Margin(left, [shape, *(label(0, 0, text, role, SMALL) for text, role in row.notes)])
    if row.kind not in ("input", "labels"):
        shape = Text(0, 0, (Span("→ ", "soft", 14), *shape.spans))
    notes = [label(0, 0, line, role, SMALL) for text, role in row.notes for line in _wrap(text)]
    lines = [*left, shape, *notes]
    return Margin([], lines) if row.segment and not row.aside else Margin(lines, [])


def _break_title(title: str, *, mono: bool) -> list[str]:
    """Return a title in one line, or in two where a wrapper around a layer would not fit."""
    opening = title.find("(") + 1
    if text_width(title, 13, bold=True, mono=mono) <= WIDEST or not 0 < opening < len(title) - 1:
        return [title]
    return [title[:opening], f"  {title[opening:]}"]


def _break_details(details: Sequence[str]) -> Iterator[str]:
    """Yield the lines under a title: arguments together, and the number of weights never cut."""
    arguments: list[str] = []
    for detail in [*details, ""]:
        if "=" in detail and " = " not in detail:
            arguments.append(detail)
            continue
        yield from _fill(arguments)
        arguments = []
        formula, equals, count = detail.rpartition(" = ")
        if equals and text_width(detail, SMALL) > WIDEST:
            yield formula
            yield f"= {count}"
        elif detail:
            yield detail


def _fill(arguments: Sequence[str]) -> Iterator[str]:
    """Yield arguments with commas, as many to a line as fit."""
    line = ""
    for argument in arguments:
        longer = f"{line}, {argument}" if line else argument
        if line and text_width(longer, SMALL) > FULL:
            yield f"{line},"
            longer = argument
        line = longer
    if line:
        yield line


def widths(margins: Sequence[Margin]) -> tuple[float, float]:
    """Return the widths of the left and of the right margin."""
    left = max((line.width for m in margins for line in m.left), default=0.0)
    return left, max((line.width for m in margins for line in m.right), default=0.0)


def place_lines(lines: Sequence[Text], x: float, middle: float) -> list[Shape]:
    """Return the lines, one under the other, around the middle of their row."""
    top = middle - LINE * (len(lines) - 1) / 2 + 4
    return [moved(line, x, top + LINE * k) for k, line in enumerate(lines)]


def shape_spans(axes: Sequence[tuple[int, str]]) -> list[Span]:
    """Return a shape as text, each number in its axis's colour and followed by its axis's word."""
    spans = [Span("(", "soft", 14)]
    for k, (size, word) in enumerate(axes):
        spans.append(Span(f"{', ' if k else ''}", "soft", 14))
        spans.append(Span(str(size), ROLES.get(word, word), 14, bold=True))
        if word:
            spans.append(Span(f" {word}", ROLES.get(word, word), 11))
    return [s for s in [*spans, Span(",)" if len(axes) == 1 else ")", "soft", 14)] if s.text]


def _cut(line: Text) -> Text:
    span = line.spans[0]
    text = shorten(span.text, WIDEST, span.size, bold=span.bold, mono=span.mono)
    full = "" if text == span.text else span.text
    return label(line.x, line.y, text, span.role, span.size, bold=span.bold, mono=span.mono, full=full)


def _wrap(text: str) -> Iterator[str]:
    """Yield the text in lines that fit; a word that is too long alone is cut."""
    line = ""
    for part in text.replace("t = ", "t\0=\0").split(" "):
        word = part.replace("\0", " ")
        longer = f"{line} {word}".strip()
        if line and text_width(longer, SMALL) > WIDEST:
            yield line
            longer = word
        line = shorten(longer, WIDEST, SMALL)
    yield line
