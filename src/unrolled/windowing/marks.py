"""What the picture of windows is drawn with: cells, brackets and texts, and how large they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from unrolled.axes import shape_parts
from unrolled.plain_text import printable_line
from unrolled.scenes.colors import AXES
from unrolled.scenes.fonts import shorten
from unrolled.scenes.shapes import Box, Line, Shape, Span, Text, label

if TYPE_CHECKING:
    from unrolled.windowing.windows import Axis

EDGE = 24.0  # around the picture
LEFT = 86.0  # where the columns begin: the names of the lanes, such as x[0], stand before
WIDTH, HEIGHT = 34.0, 24.0  # a cell: three digits fit
BETWEEN = 4.0  # the room beside a cell, and below it
BASELINE = 16.0  # from the top of a cell to the baseline of its text
BRACKET = 24.0  # a bracket with its word
AFTER_SAMPLE = 14.0  # the room between two samples
LINE = 22.0  # from one line of text to the next
NAMES = 520.0  # the room for the names of columns: the picture of three short windows is as wide


def left_of(number: int) -> float:
    """Return the left side of a column."""
    return LEFT + number * (WIDTH + BETWEEN)


def lane_name(text: str, y: float, role: str, *, mono: bool) -> Text:
    """Return the name of a lane, before its cells."""
    return label(
        LEFT - 10,
        y + BASELINE,
        text,
        role,
        12,
        anchor="end",
        mono=mono,
    )


def cell_text(number: int, y: float, text: str, role: str, size: float) -> Text:
    """Return a text in the middle of a cell."""
    return label(
        left_of(number) + WIDTH / 2,
        y + BASELINE,
        text,
        role,
        size,
        anchor="middle",
    )


def row_cell(number: int, y: float) -> Box:
    """Return the cell of a row of the series."""
    return Box(left_of(number), y, WIDTH, HEIGHT, "sheet", "line", radius=3)


def sample_cell(number: int, y: float, role: str) -> Box:
    """Return the cell of a row that is part of a window, or a label."""
    return Box(
        left_of(number),
        y,
        WIDTH,
        HEIGHT,
        "ground",
        role,
        radius=3,
        weight=1.6,
    )


def unused_cell(number: int, y: float) -> Box:
    """Return the cell of a row that is in neither."""
    return Box(
        left_of(number),
        y,
        WIDTH,
        HEIGHT,
        None,
        "line",
        radius=3,
        dashed=True,
    )


def bracket_above(
    left: float, right: float, y: float, text: str
) -> list[Shape]:
    """Return a bracket with its word on top, open to the cells below it."""
    y += BRACKET - 6  # 6 above the cells
    points = ((left, y + 4), (left, y), (right, y), (right, y + 4))
    word = label(left, y - 5, text, "timesteps", 11)
    return [Line(points, "timesteps", head=False, weight=1.2), word]


def bracket_below(
    left: float, right: float, y: float, text: str
) -> list[Shape]:
    """Return a bracket with its word below it, open to the cells above."""
    y += 6  # below the cells
    points = ((left, y - 4), (left, y), (right, y), (right, y - 4))
    word = label(left, y + 14, text, "soft", 11)
    return [Line(points, "soft", head=False, weight=1.2), word]


def shape_line(
    name: str, axes: Sequence[Axis], columns: Sequence[str]
) -> tuple[tuple[Span, ...], str]:
    """Return the shape of x or y, its axes in their colours, and the columns that it holds.

    With the names of the columns in full, where they were cut.
    """
    spans = [Span(f"{name} ", "ink", 13, bold=True)]
    for part in shape_parts(axes):
        role = "ink"
        if part.kind != "between":
            # the horizon is an axis without a colour of its own
            role = part.word if part.word in AXES else "soft"
        spans.append(Span(part.text, role, 13, bold=True))
    names = ", ".join(map(printable_line, columns))
    cut = shorten(names, NAMES, 12)
    spans.append(Span(f"  {cut}", "soft", 12))
    full = ""
    if cut != names:
        full = names
    return tuple(spans), full
