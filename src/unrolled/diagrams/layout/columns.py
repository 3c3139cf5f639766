"""The boxes of one row: their frames, what stands under them, and what is crossed out."""

from __future__ import annotations

import numpy as np

from unrolled.diagrams.layout.arrows import Arrows
from unrolled.diagrams.layout.column_values import draw_values, read_limit
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
from unrolled.scenes.glyphs import draw_dots, draw_frame, draw_sheets
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
        limit = 0.0
        if row.values:
            limit = read_limit(row, place.columns[batch], batch)
        for column in place.columns[batch]:
            if column.hidden:
                self.front.append(draw_dots(column.x, place.middle))
                continue
            self._paint_box(column, batch)
            if row.values:
                self.front += draw_values(
                    place, row, column, batch, limit, self._options
                )
            else:
                self.front.append(_name_labels(column.x, place.middle))
            if column.x in alone:
                self.front.append(_cross(column.x, place.bottom + CROSS))

    def _paint_box(self, column: Column, batch: int) -> None:
        """Paint the frame of a column, what stands behind it and what under it."""
        row, place = self._row, self._place
        x, top, height = column.x, place.top, place.height
        step: Step | None = (batch, column.index)
        if not row.timesteps:
            step = None
        if isinstance(row, (InputRow, LabelRow)):
            self.back += draw_sheets(x, top, height, row.samples - 1)
        frame = draw_frame(
            x,
            top,
            height,
            _role(row),
            step=step,
            dashed=not row.values,
            title=row.hover(batch, column.index),
        )
        self.front.append(frame)
        if isinstance(row, StepsRow) and row.attends_elsewhere:
            weights = row.attention[batch]
            assert weights is not None
            left, y = x - BOX / 2, place.bottom + UNDER
            strip = _draw_weights(weights[column.index], left, y, step)
            self.front.append(strip)

    def _without_output(self, batch: int) -> set[float]:
        """Return the x of the labels that were given and have no output under them."""
        if not self._row.values:
            return set()
        below = self._arrows.starts_below(self._place, batch)
        return {column.x for column in self._place.columns[batch]} - below

    def _cross_out_outputs(self, batch: int) -> None:
        """Mark the outputs above which no label stands."""
        labelled = {column.x for column in self._place.columns[batch]}
        y = self._place.middle + 5
        for _, source in self._arrows.read_by(self._place):
            if not source.row.returns_steps:
                continue
            for column in drawn(source.columns[batch]):
                if column.x not in labelled:
                    cross = _cross(column.x, y)
                    self.front.append(cross)


def _draw_weights(
    weights: Array, x: float, y: float, step: Step | None
) -> Tiles:
    """Return the attention weights of one step as squares, the first value step at the left.

    weights: shape (value timesteps,).
    """
    known = np.nan_to_num(weights)
    bands = np.array_split(known, min(WEIGHTS, len(known)))
    levels = []
    for band in bands:
        strongest = float(band.max())
        levels.append(level(strongest, 1.0))
    return Tiles(x, y, BOX, WEIGHTS_HEIGHT, (tuple(levels),), step=step)


def _name_labels(x: float, middle: float) -> Text:
    """Return the name of labels that nobody gave."""
    return label(
        x, middle + 4, "y", "targets", 12, anchor="middle", italic=True
    )


def _cross(x: float, y: float) -> Text:
    return label(x, y, "✕", "warn", 13, anchor="middle", bold=True)


def _role(row: ValuesRow) -> str:
    """Return the colour of the frame around a column."""
    if isinstance(row, LabelRow):
        if row.fits:
            return "targets"
        return "warn"
    if isinstance(row, (RecurrentRow, StepsRow, VectorRow)):
        return "units"
    return "line"
