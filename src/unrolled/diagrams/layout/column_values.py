"""What a column holds: squares with numbers, a strip of bands, an image of a map, or ids."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from unrolled.diagrams.layout.grids import Column, drawn
from unrolled.diagrams.layout.options import DrawOptions
from unrolled.diagrams.layout.placed_rows import PlacedRow
from unrolled.diagrams.layout.value_names import whole_name
from unrolled.diagrams.rows.parts import Array
from unrolled.diagrams.rows.rows import ValuesRow
from unrolled.scenes.fonts import shorten
from unrolled.scenes.glyphs import draw_pass, draw_stack, stack_height
from unrolled.scenes.maps import draw_map, map_size
from unrolled.scenes.numerals import full_color
from unrolled.scenes.shapes import Shape, Step, Text, label
from unrolled.scenes.sizes import BOX, WORD_LINE

WORD_RISE = 2.0  # from the foot of a word to that of its line


class ColumnValues:
    """What one column of a row holds in one batch.

    Attributes
    ----------
    row, x : ValuesRow, float
        The row, and where its column stands.
    values : array
        The numbers of the step; shape (units,), or that of a map.
    lost : array or None
        Bool like values: which of them dropout dropped.
    step : tuple of int or None
        The step (batch, timestep); None where the row has no time.
    masked : bool
        Whether the step is masked.
    """

    def __init__(self, row: ValuesRow, column: Column, batch: int) -> None:
        self.row = row
        self.x = column.x
        self.values = row.values[batch]
        self.lost = row.lost[batch]
        self.step: Step | None = None
        self.masked = False
        if not row.timesteps:
            return
        t = column.index
        self.step = (batch, t)
        self.values = self.values[t]
        if self.lost is not None:
            self.lost = self.lost[t]
        masked = row.masked[batch]
        if masked is not None:
            self.masked = bool(masked[t])


def read_limit(row: ValuesRow, columns: Sequence[Column], batch: int) -> float:
    """Return the value of the full colour, among those that are drawn; 0 for no colour."""
    if not row.values or row.are_ids:
        # a colour would say that an id is large
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
    column: ColumnValues, place: PlacedRow, limit: float, options: DrawOptions
) -> list[Shape]:
    """Return the values of one column: a small image of a map, else squares.

    limit: the value of the full colour.
    """
    x = column.x
    middle = place.middle
    step = column.step
    hatch = column.masked
    if column.row.passes:
        return draw_pass(x, middle, place.height, step=step, hatch=hatch)
    if not column.row.is_map:
        return _draw_squares(column, middle, limit, options)
    sizes = options.sizes
    _, height = map_size(column.values.shape, sizes)
    top = middle - height / 2
    return draw_map(
        column.values, x, top, limit, step=step, hatch=hatch, sizes=sizes
    )


def _draw_squares(
    column: ColumnValues, middle: float, limit: float, options: DrawOptions
) -> list[Shape]:
    """Return values as squares, or as a strip; of very many ids the first ones.

    A strip has no colours that could stand for ids.
    """
    x = column.x
    sizes = options.sizes
    values = np.ravel(column.values)
    lost = column.lost
    if lost is not None:
        lost = np.ravel(lost)
    count = len(values)
    most = options.max_units
    height = stack_height(count, most, sizes)
    top = middle - height / 2
    rest: list[Shape] = []
    if column.row.are_ids:
        values = _whole(values)
        if count > most:
            # as many as fit into the strip, with a line of text under them
            most = int(sizes.strip // sizes.square) - 1
            values = values[:most]
            y = top + (most + 0.5) * sizes.square + 4
            text = f"+ {count - most}"
            more = label(
                x, y, text, "soft", 11, anchor="middle", step=column.step
            )
            rest.append(more)
    if column.row.shows_words:
        # the word stands under its id, in the same box
        top -= WORD_LINE / 2
        y = top + height + WORD_LINE - WORD_RISE
        rest.append(_draw_word(column, float(values[0]), y))
    squares = draw_stack(
        values,
        x,
        top,
        limit,
        most,
        step=column.step,
        numbers=options.values,
        hatch=column.masked,
        lost=lost,
        sizes=sizes,
    )
    return [*squares, *rest]


def _draw_word(column: ColumnValues, number: float, y: float) -> Text:
    """Return the word of an id; a long one is cut and whole under the mouse."""
    word = column.row.word_of(number)
    cut = shorten(word, BOX - 4, 11)
    return label(
        column.x,
        y,
        cut,
        "ink",
        11,
        anchor="middle",
        step=column.step,
        full=whole_name(word, cut),
    )


def _whole(values: Array) -> Array:
    """Return ids as whole numbers, where they are."""
    if values.dtype.kind != "f":
        return values
    # models take ids as floating point numbers too, of which some are none
    numbers = values.astype("float64")
    is_whole = np.isfinite(numbers) & (numbers == np.round(numbers))
    if not is_whole.all():
        return values
    return numbers.astype("int64")
