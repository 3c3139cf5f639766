"""What a column holds: squares with numbers, a strip of bands, an image of a map, or ids."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from unrolled.diagrams.layout.grids import Column, drawn
from unrolled.diagrams.layout.options import DrawOptions
from unrolled.diagrams.layout.placed_rows import PlacedRow
from unrolled.diagrams.rows.parts import Array
from unrolled.diagrams.rows.rows import ValuesRow
from unrolled.scenes.glyphs import draw_pass, draw_stack, stack_height
from unrolled.scenes.maps import draw_map, map_size
from unrolled.scenes.numerals import full_color
from unrolled.scenes.shapes import Shape, Step, label


def read_limit(row: ValuesRow, columns: Sequence[Column], batch: int) -> float:
    """Return the value of the full colour, among those that are drawn; 0 for no colour."""
    if row.are_ids:
        return 0.0
    values = row.values[batch]
    if row.timesteps:
        steps = [column.index for column in drawn(columns)]
        values = values[steps]
    if row.is_map and len(row.column) > 2:
        # of a map one filter is drawn
        values = values[..., 0]
    return full_color([values])


def draw_values(
    place: PlacedRow,
    row: ValuesRow,
    column: Column,
    batch: int,
    limit: float,
    options: DrawOptions,
) -> list[Shape]:
    """Return the values of one column: a small image of a map, else squares.

    limit: the value of the full colour.
    """
    x, middle, sizes = column.x, place.middle, options.sizes
    values, lost = row.values[batch], row.lost[batch]
    step: Step | None = None
    hatch = False
    if row.timesteps:
        t = column.index
        step = (batch, t)
        values = values[t]
        masked = row.masked[batch]
        if masked is not None:
            hatch = bool(masked[t])
        if lost is not None:
            lost = lost[t]
    if row.passes:
        return draw_pass(x, middle, place.height, step=step, hatch=hatch)
    if row.is_map:
        _, height = map_size(values.shape, sizes)
        top = middle - height / 2
        return draw_map(
            values, x, top, limit, step=step, hatch=hatch, sizes=sizes
        )
    values = np.ravel(values)
    if lost is not None:
        lost = np.ravel(lost)
    most = options.max_units
    height = stack_height(len(values), most, sizes)
    top = middle - height / 2
    more: list[Shape] = []
    if row.are_ids:
        values = _whole(values)
    if row.are_ids and len(values) > most:
        # a strip has no colours that could stand for ids: of very many the first ones are drawn
        most = int(sizes.strip // sizes.square) - 1
        y = top + (most + 0.5) * sizes.square + 4
        text = f"+ {len(values) - most}"
        values = values[:most]
        more.append(label(x, y, text, "soft", 11, anchor="middle", step=step))
    squares = draw_stack(
        values,
        x,
        top,
        limit,
        most,
        step=step,
        numbers=options.values,
        hatch=hatch,
        lost=lost,
        sizes=sizes,
    )
    return [*squares, *more]


def _whole(values: Array) -> Array:
    """Return ids as whole numbers, where they are."""
    if values.dtype.kind != "f":
        return values
    numbers = values.astype("float64")
    is_whole = np.isfinite(numbers) & (numbers == np.round(numbers))
    if not is_whole.all():
        return values
    return numbers.astype("int64")
