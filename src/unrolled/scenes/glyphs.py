"""The small signs of the grammar: a column of values, a sheet behind, an arrow, a state's chip."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unrolled.scenes.colors import PALETTE, level
from unrolled.scenes.fonts import text_width
from unrolled.scenes.shapes import Box, Line, Shape, Step, Text, label
from unrolled.scenes.sizes import BOX, USUAL, Sizes

Array = NDArray[Any]

BANDS = 24  # values drawn in a strip: a band of 4 pixels is the thinnest whose colour is seen
SMALL = 11.0  # size of the numbers in squares: six characters fit
INSET = 5.0  # between a frame and what it holds, on each side
STACK = BOX - 2 * INSET  # width of a square


def stack_height(width: int, max_units: int, sizes: Sizes = USUAL) -> float:
    """Return the height of a column of ``width`` values."""
    return width * sizes.square if width <= max_units else sizes.strip


def draw_stack(
    values: Array,
    x: float,
    top: float,
    limit: float,
    max_units: int,
    *,
    step: Step | None,
    numbers: bool,
    hatch: bool,
    lost: Array | None = None,
    sizes: Sizes = USUAL,
) -> list[Shape]:
    """Return the values of one column, index 0 on top: squares with numbers, or a strip of bands.

    values: shape (units,). x: centre. limit: the value of the full colour, 0 for no colour.
    hatch: mark the column as masked. lost: bool (units,), values that dropout dropped.
    """
    if len(values) > max_units:
        strip = _bands(values, x, top, limit, step, sizes)
        return hatch_over(strip, x, top, sizes.strip, step, hatch=hatch)
    side = sizes.square - 1  # a gap of one pixel is between two squares
    squares: list[Shape] = []
    marks: list[Shape] = []
    for k, value in enumerate(values):
        y = top + k * sizes.square
        fill = _fill(value, limit)
        squares.append(Box(x - STACK / 2, y, STACK, side, fill, step=step))
        middle = top + (k + 0.5) * sizes.square
        if lost is not None and lost[k]:
            marks.append(_text_inside("✕", x, middle + 4, "soft", 12, step))
        elif numbers:
            marks += _number_inside(value, x, middle, limit, step)
    height = len(values) * sizes.square
    squares = hatch_over(squares, x, top, height, step, hatch=hatch)
    return [*squares, *marks]


def _bands(
    values: Array,
    x: float,
    top: float,
    limit: float,
    step: Step | None,
    sizes: Sizes,
) -> list[Shape]:
    """Return a strip without gaps: each band has the colour of its strongest value."""
    strongest = _strongest(values)
    height = sizes.strip / len(strongest)
    bands: list[Shape] = []
    for k, value in enumerate(strongest):
        y = top + k * height
        fill = _fill(value, limit)
        bands.append(Box(x - STACK / 2, y, STACK, height, fill, step=step))
    return bands


def _fill(value: float, limit: float) -> str:
    return f"v{level(float(value), limit)}" if limit else "ground"


def _number_inside(
    value: float, x: float, middle: float, limit: float, step: Step | None
) -> list[Shape]:
    """Return the number of a square, nothing where it is wider than the square."""
    text = format_value(value, limit or 1.0)
    if text_width(text, SMALL) > STACK:
        return []
    return [_text_inside(text, x, middle + 3.6, "ink", SMALL, step)]


def _text_inside(
    text: str, x: float, y: float, role: str, size: float, step: Step | None
) -> Text:
    return label(x, y, text, role, size, anchor="middle", step=step)


def hatch_over(
    shapes: list[Shape],
    x: float,
    top: float,
    height: float,
    step: Step | None,
    *,
    hatch: bool,
) -> list[Shape]:
    """Return the shapes of a column with the hatching over it, where it is masked."""
    if not hatch:
        return shapes
    y, tall = top - INSET, height + 2 * INSET
    return [*shapes, _hatched(x, y, tall, step)]


def _hatched(x: float, top: float, height: float, step: Step | None) -> Box:
    """Return the hatching over a column of this height."""
    return Box(
        x - BOX / 2, top, BOX, height, None, "hatch", hatched=True, step=step
    )


def _strongest(values: Array) -> list[float]:
    """Return for each band of a strip, which stands for several values, the largest one."""
    count = min(BANDS, len(values))
    found = []
    for band in np.array_split(values, count):
        # NaN counts as the largest: it must not be hidden
        sizes = np.nan_to_num(np.abs(band.astype("float64")), nan=np.inf)
        found.append(float(band[np.argmax(sizes)]))
    return found


def format_value(value: object, limit: float = 1.0) -> str:
    """Return a number in at most six characters, with a true minus sign.

    limit: the largest value of the row; where that is small, numbers get more decimals.

    >>> [format_value(v) for v in (0.123, -0.001, 0.0, 41.27, 1013.25, 3, 1.5e7, float("nan"))]
    ['0.12', '0.00', '0', '41.3', '1013', '3', '2e7', 'nan']
    >>> [format_value(v, limit=k) for v, k in ((-0.0123, 0.05), (0.00123, 0.002), (1.0, 0.002))]
    ['−0.012', '1e−3', '1e0']
    """
    if isinstance(value, (int, np.integer, np.bool_)):
        return str(int(value)).replace("-", "−")
    number = float(value)  # type: ignore[arg-type]
    if number == 0:
        return "0"
    if not math.isfinite(number):
        return str(number).replace("-", "−")
    text = _six_characters(number, limit)
    if float(text) == 0:
        return text.removeprefix("-")
    return text.replace("-", "−")


def _six_characters(number: float, limit: float) -> str:
    """Return a finite number with as many decimals as its size and that of its row allow."""
    size = abs(number)
    if size >= 99999.5 or 0 < limit < 0.01:
        mantissa, exponent = f"{number:.0e}".split("e")
        return f"{mantissa}e{int(exponent)}"
    if 0 < limit < 0.1:
        return f"{number:.3f}"
    if size < 9.995:
        return f"{number:.2f}"
    if size < 99.95:
        return f"{number:.1f}"
    return f"{number:.0f}"


def draw_sheets(
    x: float, top: float, height: float, behind: int
) -> list[Shape]:
    """Return the samples behind the drawn one, up to three sheets, the farthest first."""
    sheets: list[Shape] = []
    for k in range(min(3, behind), 0, -1):
        left, y = x - BOX / 2 + 6 * k, top - 6 * k
        sheets.append(Box(left, y, BOX, height, "sheet", "line", radius=3))
    return sheets


def draw_pass(
    x: float, middle: float, height: float, *, step: Step | None, hatch: bool
) -> list[Shape]:
    """Return the sign of a column that its input passes unchanged."""
    sign = label(x, middle + 4.5, "=", "soft", 13, anchor="middle", step=step)
    if not hatch:
        return [sign]
    return [_hatched(x, middle - height / 2, height, step), sign]


def draw_frame(
    x: float,
    top: float,
    height: float,
    role: str,
    *,
    step: Step | None,
    dashed: bool = False,
    title: str = "",
) -> Box:
    """Return the outline of a column's box."""
    return Box(
        x - BOX / 2,
        top,
        BOX,
        height,
        "ground",
        role,
        radius=6,
        weight=1.6,
        dashed=dashed,
        step=step,
        title=title,
    )


def draw_dots(x: float, y: float) -> Text:
    """Return the sign for elided columns."""
    return label(x, y + 4, "…", "soft", 16, anchor="middle")


def draw_wire(
    name: str,
    x1: float,
    x2: float,
    y: float,
    *,
    kept: bool = True,
    text: bool = True,
) -> list[Shape]:
    """Return a state on its way between two steps: an arrow in its colour, its name above."""
    role = "ghost"
    if kept:
        role = name if name in PALETTE else "line"
    shapes: list[Shape] = [Line(((x1, y), (x2, y)), role, dashed=not kept)]
    if text:
        x = (x1 + x2) / 2
        shapes.append(
            label(x, y - 4.5, name, role, 12, anchor="middle", italic=True)
        )
    return shapes


def chip_width(text: str) -> float:
    """Return the width of a chip with this text."""
    return text_width(text, SMALL) + 12


def draw_chip(text: str, x: float, y: float, anchor: str) -> list[Shape]:
    """Return a state's start or end as a small box; ``x`` is its side ``start`` or ``end``."""
    width = chip_width(text)
    left = x if anchor == "start" else x - width
    return [
        Box(left, y - 9, width, 18, "ground", "line", radius=9),
        label(left + width / 2, y + 4, text, "soft", SMALL, anchor="middle"),
    ]


def wire_heights(
    names: Sequence[object], top: float, height: float
) -> list[float]:
    """Return the y of each state's arrow across a cell."""
    between = height / (len(names) + 1)
    return [top + between * k + 3 for k in range(1, len(names) + 1)]
