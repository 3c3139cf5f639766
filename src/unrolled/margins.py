"""What stands beside a row: the layer as its user writes it, and the shape it returns.

A picture of few columns has the layer at the left and the shape at the right. In one of many columns both stand at
the left, so that it fits a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from unrolled.fonts import shorten, text_width
from unrolled.rows import Row
from unrolled.scenes import Shape, Span, Text, label, moved

LINE = 16.0  # from one line of text to the next
WIDEST = 230.0  # a left margin cuts or wraps what is longer
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
    title = label(0, 0, row.title, "ink", 13, bold=True, mono=row.kind not in ("input", "labels"))
    left = [_cut(line) for line in [title, *(label(0, 0, d, "soft", SMALL) for d in row.details)]]
    shape = Text(0, 0, tuple(shape_spans(row.axes)))
    if not compact:
        return Margin(left, [shape, *(label(0, 0, text, role, SMALL) for text, role in row.notes)])
    if row.kind not in ("input", "labels"):
        shape = Text(0, 0, (Span("→ ", "soft", 14), *shape.spans))
    notes = [label(0, 0, line, role, SMALL) for text, role in row.notes for line in _wrap(text)]
    lines = [*left, shape, *notes]
    return Margin([], lines) if row.segment else Margin(lines, [])


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
        spans.append(Span(str(size), word or "ink", 14, bold=True))
        if word:
            spans.append(Span(f" {word}", word, 11))
    return [s for s in [*spans, Span(",)" if len(axes) == 1 else ")", "soft", 14)] if s.text]


def _cut(line: Text) -> Text:
    span = line.spans[0]
    text = shorten(span.text, WIDEST, span.size, bold=span.bold, mono=span.mono)
    full = "" if text == span.text else span.text
    return label(line.x, line.y, text, span.role, span.size, bold=span.bold, mono=span.mono, full=full)


def _wrap(text: str) -> Iterator[str]:
    """Yield the text in lines that fit; a word that is too long alone is cut."""
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}".strip()
        if line and text_width(longer, SMALL) > WIDEST:
            yield line
            longer = word
        line = shorten(longer, WIDEST, SMALL)
    yield line
