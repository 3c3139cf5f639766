"""The small signs of the grammar: a column of values, a sheet behind, an arrow, a state's chip."""

from __future__ import annotations

import math
from bisect import bisect_right
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
    if width > max_units:
        return sizes.strip
    return width * sizes.square


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
    left = x - STACK / 2
    side = sizes.square - 1  # a gap of one pixel is between two squares
    is_lost = np.zeros(len(values), bool)
    if lost is not None:
        is_lost = lost
    squares: list[Shape] = []
    marks: list[Shape] = []
    for k, value in enumerate(values):
        y = top + k * sizes.square
        middle = top + (k + 0.5) * sizes.square
        fill = _fill(value, limit)
        squares.append(Box(left, y, STACK, side, fill, step=step))
        if is_lost[k]:
            cross = label(
                x, middle + 4, "✕", "soft", anchor="middle", step=step
            )
            marks.append(cross)
        elif numbers:
            marks += _number_inside(value, x, middle, limit, step)
    height = len(values) * sizes.square
    squares = hatch_over(squares, x, top, height, step, hatch=hatch)
    # what is written stands on the hatching, so that it can be read
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
    count = min(BANDS, len(values))
    height = sizes.strip / count
    left = x - STACK / 2
    bands: list[Shape] = []
    for k, band in enumerate(np.array_split(values, count)):
        # NaN counts as the largest: it must not be hidden
        strength = np.abs(band.astype("float64"))
        strength = np.nan_to_num(strength, nan=np.inf)
        strongest = band[np.argmax(strength)]
        fill = _fill(strongest, limit)
        y = top + k * height
        bands.append(Box(left, y, STACK, height, fill, step=step))
    return bands


def _fill(value: float, limit: float) -> str:
    """Return the role of the colour of a value; without a limit values have none."""
    if limit == 0:
        return "ground"
    step = level(float(value), limit)
    return f"v{step}"


def _number_inside(
    value: float, x: float, middle: float, limit: float, step: Step | None
) -> list[Shape]:
    """Return the number of a square, nothing where it is wider than the square."""
    text = format_value(value, limit)
    if text_width(text, SMALL) > STACK:
        return []
    baseline = middle + 3.6
    number = label(x, baseline, text, size=SMALL, anchor="middle", step=step)
    return [number]


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
    # it fills the frame, which is larger than what it holds
    y = top - INSET
    tall = height + 2 * INSET
    return [*shapes, _hatched(x, y, tall, step)]


def _hatched(x: float, top: float, height: float, step: Step | None) -> Box:
    """Return the hatching over a box of this height."""
    left = x - BOX / 2
    return Box(left, top, BOX, height, None, "hatch", hatched=True, step=step)


def format_value(value: object, limit: float = 1.0) -> str:
    """Return a number in at most six characters, with a true minus sign.

    limit: the largest value of the row; where that is small, numbers get more decimals.

    >>> [format_value(v) for v in (0.123, -0.001, 0.0, 41.27, 1013.25, 3, 1.5e7, float("nan"))]
    ['0.12', '0.00', '0', '41.3', '1013', '3', '2e7', 'nan']
    >>> [format_value(v, limit=k) for v, k in ((-0.0123, 0.05), (0.00123, 0.002), (1.0, 0.002))]
    ['−0.012', '1e−3', '1e0']
    """
    if isinstance(value, (int, np.integer, np.bool_)):
        text = str(int(value))
    else:
        number = float(value)  # type: ignore[arg-type]
        text = _six_characters(number, limit)
    return text.replace("-", "−")


def _six_characters(number: float, limit: float) -> str:
    """Return a number with as many decimals as its size and that of its row allow."""
    if number == 0:
        return "0"
    size = abs(number)
    if not math.isfinite(size):
        return str(number)
    is_small_row = 0 < limit < 0.01
    if is_small_row or size >= 99999.5:
        mantissa, exponent = f"{number:.0e}".split("e")
        return f"{mantissa}e{int(exponent)}"
    # a bound is where rounding adds a digit
    decimals = 2 - bisect_right((9.995, 99.95), size)
    if 0 < limit < 0.1:
        decimals = 3
    text = f"{number:.{decimals}f}"
    if float(text) == 0:
        return text.removeprefix("-")
    return text


def draw_sheets(
    x: float, top: float, height: float, behind: int
) -> list[Shape]:
    """Return the samples behind the drawn one, up to three sheets, the farthest first."""
    sheets: list[Shape] = []
    for number in range(min(3, behind), 0, -1):
        shift = 6 * number
        left, y = x - BOX / 2 + shift, top - shift
        sheet = Box(left, y, BOX, height, "sheet", "line", radius=3)
        sheets.append(sheet)
    return sheets


def draw_pass(
    x: float, middle: float, height: float, *, step: Step | None, hatch: bool
) -> list[Shape]:
    """Return the sign of a column that its input passes unchanged."""
    shapes: list[Shape] = []
    if hatch:
        top = middle - height / 2
        shapes.append(_hatched(x, top, height, step))
    baseline = middle + 4.5
    sign = label(x, baseline, "=", "soft", 13, anchor="middle", step=step)
    shapes.append(sign)
    return shapes


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
    baseline = y + 4
    return label(x, baseline, "…", "soft", 16, anchor="middle")


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
    role = "line"
    if name in PALETTE:
        role = name
    if not kept:
        role = "ghost"
    ends = ((x1, y), (x2, y))
    arrow = Line(ends, role, dashed=not kept)
    if not text:
        return [arrow]
    middle = (x1 + x2) / 2
    over_it = y - 4.5
    letters = label(middle, over_it, name, role, anchor="middle", italic=True)
    return [arrow, letters]


def chip_width(text: str) -> float:
    """Return the width of a chip with this text."""
    return text_width(text, SMALL) + 12


def draw_chip(text: str, x: float, y: float, anchor: str) -> list[Shape]:
    """Return a state's start or end as a small box; ``x`` is its side ``start`` or ``end``."""
    width = chip_width(text)
    left = x
    if anchor == "end":
        left = x - width
    middle = left + width / 2
    half = 9.0  # of its height: its corners meet in half a circle
    box = Box(left, y - half, width, 2 * half, "ground", "line", radius=half)
    word = label(middle, y + 4, text, "soft", SMALL, anchor="middle")
    return [box, word]


def wire_heights(
    names: Sequence[object], top: float, height: float
) -> list[float]:
    """Return the y of each state's arrow across a cell."""
    between = height / (len(names) + 1)
    numbers = range(1, len(names) + 1)
    # 3 pixels lower, for the name that stands over the arrow
    return [top + between * number + 3 for number in numbers]
