"""The small signs of the grammar: a column of values, a cell, a sheet behind, an arrow, a state's chip."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from unrolled.diagrams.layout.grids import BOX
from unrolled.diagrams.layout.sizes import USUAL, Sizes
from unrolled.scenes.colors import PALETTE, level
from unrolled.scenes.fonts import text_width
from unrolled.scenes.shapes import Box, Line, Shape, Step, Text, Tiles, label
from unrolled.traces.cells import Array

BANDS = 24  # values drawn in a strip
SMALL = 11.0
INSET = 5.0
TILES = 14  # rows and columns of a map that are drawn


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
    """Return the values of one column, index 0 on top: squares with numbers, or a strip of bands where there are many.

    values: shape (units,). x: centre. limit: the value of the full colour, 0 for no colour.
    hatch: mark the column as masked. lost: bool (units,), values that dropout dropped.
    """
    width = BOX - 2 * INSET
    many = len(values) > max_units
    picked = _strongest(values) if many else list(range(len(values)))
    height = sizes.strip / len(picked) if many else sizes.square
    squares: list[Shape] = []
    texts: list[Shape] = []
    for k, index in enumerate(picked):
        value, y = values[index], top + k * height
        fill = f"v{level(float(value), limit)}" if limit else "ground"
        squares.append(Box(x - width / 2, y, width, height - (0 if many else 1), fill, step=step))
        text = format_value(value, limit or 1.0)
        if lost is not None and lost[index] and not many:
            texts.append(label(x, y + height / 2 + 4, "✕", "soft", 12, anchor="middle", step=step))
        elif numbers and not many and text_width(text, SMALL) <= width:
            texts.append(
                label(x, y + height / 2 + 3.6, text, "ink", SMALL, anchor="middle", step=step)
            )
    hatched: list[Shape] = [
        Box(
            x - BOX / 2,
            top - INSET,
            BOX,
            len(picked) * height + 2 * INSET,
            None,
            "hatch",
            hatched=True,
            step=step,
        )
    ]
    return squares + (hatched if hatch else []) + texts


def _strongest(values: Array) -> list[int]:
    """Return the index of the largest size within each band of a strip: a band stands for several values."""
    sizes = np.nan_to_num(np.abs(np.asarray(values, dtype="float64")), nan=np.inf)
    bands = np.array_split(np.arange(len(values)), min(BANDS, len(values)))
    return [int(band[np.argmax(sizes[band])]) for band in bands]


def map_size(shape: Sequence[int], sizes: Sizes = USUAL) -> tuple[float, float]:
    """Return the width and height of a map drawn as an image.

    shape: (rows, columns, filters), (rows, filters) or (planes, rows, columns, filters).

    >>> map_size((10, 10, 3)), map_size((40, 10, 3)), map_size((2, 8))
    ((42.0, 42.0), (42.0, 84.0), (42.0, 14.0))
    """
    width, (rows, columns) = BOX - 2 * INSET, shape[1:3] if len(shape) == 4 else shape[:2]
    return width, min(sizes.image, max(width / 3, width * rows / max(1, columns)))


def draw_map(
    values: Array,
    x: float,
    top: float,
    limit: float,
    *,
    step: Step | None,
    hatch: bool,
    sizes: Sizes = USUAL,
) -> list[Shape]:
    """Return an image of one column: of (rows, columns, filters) the filter 0, of (rows, filters) all; of planes one.

    Of more than 14 rows or columns neighbours are drawn as their mean.
    """
    width, height = map_size(values.shape, sizes)
    values = values[len(values) // 2] if values.ndim == 4 else values
    plane = _shrunk(
        np.asarray(values[..., 0] if values.ndim == 3 else values, dtype="float64"), TILES
    )
    levels = tuple(tuple(level(float(v), limit) for v in row) for row in plane)
    shapes: list[Shape] = [Tiles(x - width / 2, top, width, height, levels, step=step)]
    if hatch:
        shapes.append(
            Box(
                x - BOX / 2,
                top - INSET,
                BOX,
                height + 2 * INSET,
                None,
                "hatch",
                hatched=True,
                step=step,
            )
        )
    return shapes


def _shrunk(plane: Array, most: int) -> Array:
    """Return the plane with at most so many rows and columns: each the mean of neighbours."""
    for axis in (0, 1):
        starts = np.unique(
            np.linspace(0, plane.shape[axis], min(most, plane.shape[axis]), endpoint=False).astype(
                int
            )
        )
        sizes = np.diff([*starts, plane.shape[axis]])
        plane = np.add.reduceat(plane, starts, axis=axis) / (sizes[:, None] if axis == 0 else sizes)
    return plane


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
    size = abs(number)
    if not number:
        return "0"
    if number != number or size == float("inf"):
        return str(number).replace("-", "−")
    if size >= 99999.5 or (0 < limit < 0.01 and size):
        mantissa, exponent = f"{number:.0e}".split("e")
        text = f"{mantissa}e{int(exponent)}"
    elif 0 < limit < 0.1:
        text = f"{number:.3f}"
    else:
        text = f"{number:.{2 if size < 9.995 else 1 if size < 99.95 else 0}f}"
    return text.removeprefix("-") if float(text) == 0 else text.replace("-", "−")


def draw_sheets(x: float, top: float, height: float, behind: int) -> list[Shape]:
    """Return the samples behind the drawn one, up to three sheets, the farthest first."""
    return [
        Box(x - BOX / 2 + 6 * k, top - 6 * k, BOX, height, "sheet", "line", radius=3)
        for k in range(min(3, behind), 0, -1)
    ]


def draw_pass(
    x: float, middle: float, height: float, *, step: Step | None, hatch: bool
) -> list[Shape]:
    """Return the sign of a column that its input passes unchanged."""
    shapes: list[Shape] = [label(x, middle + 4.5, "=", "soft", 13, anchor="middle", step=step)]
    if hatch:
        shapes.insert(
            0,
            Box(
                x - BOX / 2,
                middle - height / 2,
                BOX,
                height,
                None,
                "hatch",
                hatched=True,
                step=step,
            ),
        )
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
    return label(x, y + 4, "…", "soft", 16, anchor="middle")


def draw_wire(
    name: str, x1: float, x2: float, y: float, *, kept: bool = True, text: bool = True
) -> list[Shape]:
    """Return a state on its way between two steps: an arrow in the state's colour, with its name above."""
    role = "ghost" if not kept else name if name in PALETTE else "line"
    shapes: list[Shape] = [Line(((x1, y), (x2, y)), role, dashed=not kept)]
    if text:
        shapes.append(label((x1 + x2) / 2, y - 4.5, name, role, 12, anchor="middle", italic=True))
    return shapes


def chip_width(text: str) -> float:
    """Return the width of a chip with this text."""
    return text_width(text, SMALL) + 12


def draw_chip(text: str, x: float, y: float, anchor: str) -> list[Shape]:
    """Return a state's start or end as a small box; ``x`` is the side it hangs on (its ``start`` or ``end``)."""
    width = chip_width(text)
    left = x if anchor == "start" else x - width
    return [
        Box(left, y - 9, width, 18, "ground", "line", radius=9),
        label(left + width / 2, y + 4, text, "soft", SMALL, anchor="middle"),
    ]


def wire_heights(names: Sequence[object], top: float, height: float) -> list[float]:
    """Return the y of each state's arrow across a cell."""
    if len(names) == 1:
        return [top + height / 2 + 3]
    return [top + height * (k + 1) / (len(names) + 1) + 3 for k in range(len(names))]
