"""The boxes of one row with what they hold: values, maps, attention weights, what does not fit."""

from __future__ import annotations

import numpy as np

from unrolled.diagrams.layout.arrows import Arrows
from unrolled.diagrams.layout.grids import Column, drawn
from unrolled.diagrams.layout.options import DrawOptions
from unrolled.diagrams.layout.placed_rows import PlacedRow
from unrolled.diagrams.rows.parts import Array
from unrolled.diagrams.rows.rows import (
    InputRow,
    LabelRow,
    RecurrentRow,
    StepsRow,
    ValuesRow,
    VectorRow,
)
from unrolled.scenes.colors import level
from unrolled.scenes.glyphs import (
    draw_dots,
    draw_frame,
    draw_pass,
    draw_sheets,
    draw_stack,
    stack_height,
)
from unrolled.scenes.maps import draw_map, map_size
from unrolled.scenes.numerals import full_color
from unrolled.scenes.shapes import Shape, Step, Text, Tiles, label
from unrolled.scenes.sizes import BOX

WEIGHTS = 26  # squares of attention weights that fit under a box, 2 pixels each
WEIGHTS_HEIGHT = 8.0
UNDER = 3.0  # they stand so far below the box
CROSS = 18.0  # a cross stands so far below a label without an output


class ColumnPainter:
    """Paints the columns of one row. back, front: what is painted behind and over the arrows."""

    def __init__(
        self, place: PlacedRow, arrows: Arrows, options: DrawOptions
    ) -> None:
        assert isinstance(place.row, ValuesRow)
        self._place, self._row = place, place.row
        self._arrows, self._options = arrows, options
        self.back: list[Shape] = []
        self.front: list[Shape] = []

    def paint(self, batch: int) -> None:
        """Paint the columns of one batch."""
        row, place = self._row, self._place
        alone: set[float] = set()
        if isinstance(row, LabelRow) and not row.fits:
            self._cross_out_outputs(batch)
            alone = self._without_output(batch)
        limit = self._limit(batch)
        for column in place.columns[batch]:
            if column.hidden:
                self.front.append(draw_dots(column.x, place.middle))
                continue
            self._paint_box(column, batch)
            if row.values:
                self.front += self._values(column, batch, limit)
            if column.x in alone:
                self.front.append(_cross(column.x, place.bottom + CROSS))

    def _paint_box(self, column: Column, batch: int) -> None:
        """Paint the frame of a column, what stands behind it and what under it."""
        row, place = self._row, self._place
        x, top, height = column.x, place.top, place.height
        if isinstance(row, (InputRow, LabelRow)):
            self.back += draw_sheets(x, top, height, row.samples - 1)
        t = column.t or 0
        frame = draw_frame(
            x,
            top,
            height,
            _role(row),
            step=self._step(column, batch),
            dashed=not row.values,
            title=row.hover(batch, t),
        )
        self.front.append(frame)
        if isinstance(row, StepsRow) and row.attends_elsewhere:
            self.front.append(self._weights(row, x, batch, t))
        if not row.values:
            y = place.middle + 4
            name = label(x, y, "y", "targets", 12, anchor="middle", italic=True)
            self.front.append(name)

    def _step(self, column: Column, batch: int) -> Step | None:
        """Return the step that a column shows; None where the row has no time."""
        return (batch, column.t or 0) if self._row.timesteps else None

    def _values(self, column: Column, batch: int, limit: float) -> list[Shape]:
        """Return the values of one column: a small image of a map, else squares."""
        row, place, sizes = self._row, self._place, self._options.sizes
        x, step = column.x, self._step(column, batch)
        values, hatch = row.values[batch], False
        if step is not None:
            values = values[column.t]
            masked = row.masked[batch]
            hatch = masked is not None and bool(masked[column.t])
        if row.passes:
            return draw_pass(
                x, place.middle, place.height, step=step, hatch=hatch
            )
        if row.is_map:
            top = place.middle - map_size(values.shape, sizes)[1] / 2
            return draw_map(
                values, x, top, limit, step=step, hatch=hatch, sizes=sizes
            )
        lost = row.lost[batch]
        if lost is not None and step is not None:
            lost = lost[column.t]
        return self._stack(values, x, limit, step, hatch=hatch, lost=lost)

    def _stack(
        self,
        values: Array,
        x: float,
        limit: float,
        step: Step | None,
        *,
        hatch: bool,
        lost: Array | None,
    ) -> list[Shape]:
        """Return values as squares, or as a strip; of very many ids the first ones.

        A strip has no colours that could stand for ids.
        """
        options = self._options
        sizes, most = options.sizes, options.max_units
        values = np.ravel(values)
        count = len(values)
        top = self._place.middle - stack_height(count, most, sizes) / 2
        more: list[Shape] = []
        if self._row.are_ids:
            values = _whole(values)
            if count > most:
                most = int(sizes.strip // sizes.square) - 1
                values = values[:most]
                y = top + (most + 0.5) * sizes.square + 4
                text = f"+ {count - most}"
                more.append(
                    label(x, y, text, "soft", 11, anchor="middle", step=step)
                )
        squares = draw_stack(
            values,
            x,
            top,
            limit,
            most,
            step=step,
            numbers=options.values,
            hatch=hatch,
            lost=None if lost is None else np.ravel(lost),
            sizes=sizes,
        )
        return [*squares, *more]

    def _limit(self, batch: int) -> float:
        """Return the value of the full colour, among those that are drawn; 0 for no colour."""
        row = self._row
        if not row.values or row.are_ids:
            return 0.0
        values = row.values[batch]
        if row.timesteps:
            columns = drawn(self._place.columns[batch])
            values = values[[column.t or 0 for column in columns]]
        if row.is_map and len(row.column) > 2:
            values = values[..., 0]
        return full_color([values])

    def _weights(self, row: StepsRow, x: float, batch: int, t: int) -> Tiles:
        """Return the attention weights of one step as squares, the first value step at the left."""
        attention = row.attention[batch]
        assert attention is not None
        weights = np.nan_to_num(attention[t])
        bands = np.array_split(weights, min(WEIGHTS, len(weights)))
        levels = tuple(level(float(band.max()), 1.0) for band in bands)
        y, step = self._place.bottom + UNDER, (batch, t)
        return Tiles(x - BOX / 2, y, BOX, WEIGHTS_HEIGHT, (levels,), step=step)

    def _without_output(self, batch: int) -> set[float]:
        """Return the x of the labels that were given and have no output under them."""
        if not self._row.values:
            return set()
        below = self._arrows.starts_below(self._place, batch)
        return {column.x for column in self._place.columns[batch]} - below

    def _cross_out_outputs(self, batch: int) -> None:
        """Mark the outputs above which no label stands."""
        labelled = {column.x for column in self._place.columns[batch]}
        for _, source in self._arrows.read_by(self._place):
            if not source.row.returns_steps:
                continue
            for column in drawn(source.columns[batch]):
                if column.x not in labelled:
                    self.front.append(_cross(column.x, self._place.middle + 5))


def _cross(x: float, y: float) -> Text:
    return label(x, y, "✕", "warn", 13, anchor="middle", bold=True)


def _whole(values: Array) -> Array:
    """Return ids as whole numbers, where they are."""
    if values.dtype.kind != "f":
        return values
    numbers = values.astype("float64")
    if not np.isfinite(numbers).all() or np.any(numbers != np.round(numbers)):
        return values
    return numbers.astype("int64")


def _role(row: ValuesRow) -> str:
    """Return the colour of the frame around a column."""
    if isinstance(row, LabelRow):
        return "targets" if row.fits else "warn"
    if isinstance(row, (RecurrentRow, StepsRow, VectorRow)):
        return "units"
    return "line"
