"""The boxes of one row with what they hold: values, maps, attention weights, what does not fit."""

from __future__ import annotations

import numpy as np

from unrolled.diagrams.layout.arrows import Arrows
from unrolled.diagrams.layout.grids import Column
from unrolled.diagrams.layout.options import DrawOptions
from unrolled.diagrams.layout.places import PlacedRow
from unrolled.diagrams.rows.rows import (
    Array,
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
    draw_map,
    draw_pass,
    draw_sheets,
    draw_stack,
    map_size,
    stack_height,
)
from unrolled.scenes.numerals import full_color
from unrolled.scenes.shapes import Shape, Step, Tiles, label
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
        row = self._row
        if isinstance(row, LabelRow) and not row.fits:
            self._cross_out_outputs(batch)
        limit = self._limit(batch)
        for column in self._place.columns[batch]:
            if column.hidden:
                self.front.append(draw_dots(column.x, self._place.middle))
            else:
                self._paint_column(column, batch, limit)

    def _paint_column(self, column: Column, batch: int, limit: float) -> None:
        row, place = self._row, self._place
        t = column.t or 0
        step = (batch, t) if row.timesteps else None
        height = place.bottom - place.top
        if isinstance(row, (InputRow, LabelRow)):
            self.back += draw_sheets(
                column.x, place.top, height, row.samples - 1
            )
        self.front.append(
            draw_frame(
                column.x,
                place.top,
                height,
                _role(row),
                step=step,
                dashed=not row.values,
                title=row.hover(batch, t),
            )
        )
        if isinstance(row, StepsRow) and row.attends_elsewhere:
            self.front += self._weights(row, column.x, batch, t)
        if not row.values:
            y = place.middle + 4
            self.front.append(
                label(
                    column.x,
                    y,
                    "y",
                    "targets",
                    12,
                    anchor="middle",
                    italic=True,
                )
            )
            return
        self.front += self._values(column, batch, limit, step)
        if isinstance(row, LabelRow) and not row.fits:
            self._cross_out_label(column, batch)

    def _values(
        self, column: Column, batch: int, limit: float, step: Step | None
    ) -> list[Shape]:
        """Return the values of one column: a small image of a map, else squares."""
        row, place, options = self._row, self._place, self._options
        t = column.t if row.timesteps else None
        hatch = t is not None and self._is_masked(batch, t)
        if row.passes:
            height = place.bottom - place.top
            return draw_pass(
                column.x, place.middle, height, step=step, hatch=hatch
            )
        values = _of_step(row.values[batch], t)
        if row.is_map:
            top = place.middle - map_size(values.shape, options.sizes)[1] / 2
            return draw_map(
                values,
                column.x,
                top,
                limit,
                step=step,
                hatch=hatch,
                sizes=options.sizes,
            )
        flat = np.ravel(values)
        top = (
            place.middle
            - stack_height(len(flat), options.max_units, options.sizes) / 2
        )
        if row.are_ids and len(flat) > options.max_units:
            return self._first_ids(flat, column.x, top, step, hatch=hatch)
        lost = row.lost[batch]
        return draw_stack(
            _whole(flat) if row.are_ids else flat,
            column.x,
            top,
            limit,
            options.max_units,
            step=step,
            numbers=options.values,
            hatch=hatch,
            lost=None if lost is None else np.ravel(_of_step(lost, t)),
            sizes=options.sizes,
        )

    def _is_masked(self, batch: int, t: int) -> bool:
        masked = self._row.masked[batch]
        return masked is not None and bool(masked[t])

    def _first_ids(
        self,
        ids: Array,
        x: float,
        top: float,
        step: Step | None,
        *,
        hatch: bool,
    ) -> list[Shape]:
        """Return the first ids of very many: a strip has no colours that could stand for them."""
        sizes = self._options.sizes
        room = int(sizes.strip // sizes.square) - 1
        shown = draw_stack(
            _whole(ids[:room]),
            x,
            top,
            0.0,
            room,
            step=step,
            numbers=self._options.values,
            hatch=hatch,
            sizes=sizes,
        )
        text = f"+ {len(ids) - room}"
        y = top + (room + 0.5) * sizes.square + 4
        return [
            *shown,
            label(x, y, text, "soft", 11, anchor="middle", step=step),
        ]

    def _limit(self, batch: int) -> float:
        """Return the value of the full colour, among those that are drawn; 0 for no colour."""
        row = self._row
        if not row.values or row.are_ids:
            return 0.0
        values = row.values[batch]
        if row.timesteps:
            shown = [
                column.t
                for column in self._place.columns[batch]
                if column.t is not None
            ]
            values = values[shown]
        if row.is_map and len(row.column) > 2:
            values = values[..., 0]
        return full_color([values])

    def _weights(
        self, row: StepsRow, x: float, batch: int, t: int
    ) -> list[Shape]:
        """Return the attention weights of one step as squares, the first value step at the left."""
        attention = row.attention[batch]
        if attention is None:
            return []
        weights = np.nan_to_num(attention[t])
        bands = np.array_split(weights, min(WEIGHTS, len(weights)))
        levels = tuple(level(float(band.max()), 1.0) for band in bands)
        y = self._place.bottom + UNDER
        return [
            Tiles(
                x - BOX / 2, y, BOX, WEIGHTS_HEIGHT, (levels,), step=(batch, t)
            )
        ]

    def _cross_out_label(self, column: Column, batch: int) -> None:
        """Mark a label under which no output stands."""
        if not self._arrows.comes_straight_up(self._place, column, batch):
            y = self._place.bottom + CROSS
            self.front.append(
                label(column.x, y, "✕", "warn", 13, anchor="middle", bold=True)
            )

    def _cross_out_outputs(self, batch: int) -> None:
        """Mark the outputs above which no label stands."""
        labelled = {column.x for column in self._place.columns[batch]}
        for source in self._arrows.sources(self._place):
            if not source.row.returns_steps:
                continue
            for column in source.columns[batch]:
                if column.x not in labelled and not column.hidden:
                    x, y = column.x, self._place.middle + 5
                    self.front.append(
                        label(x, y, "✕", "warn", 13, anchor="middle", bold=True)
                    )


def _of_step(values: Array, t: int | None) -> Array:
    """Return the values of one step; all of them without time."""
    if t is None:
        return values
    step: Array = values[t]
    return step


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
    return (
        "units"
        if isinstance(row, (RecurrentRow, StepsRow, VectorRow))
        else "line"
    )
