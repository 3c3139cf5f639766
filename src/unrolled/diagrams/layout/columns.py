"""The boxes of one row: their frames, what stands under them, and what is crossed out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from unrolled.diagrams.layout.column_pairs import pair_columns
from unrolled.diagrams.layout.column_values import (
    ColumnValues,
    draw_values,
    read_limit,
)
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
# and where a label would stand, so far below the middle of the row: it is in the middle of a box
OVER_OUTPUT = 5.0
# the colours of frames; that of labels that do not fit is another one
ROLES: Mapping[type[ValuesRow], str] = {
    InputRow: "line",
    LabelRow: "targets",
    RecurrentRow: "units",
    StepsRow: "units",
    VectorRow: "units",
}


class ColumnPainter:
    """Paints the columns of one row. back, front: what is painted behind and over the arrows."""

    def __init__(
        self,
        place: PlacedRow,
        places: Mapping[int, PlacedRow],
        options: DrawOptions,
    ) -> None:
        assert isinstance(place.row, ValuesRow)
        self._place = place
        self._row = place.row
        self._places = places
        self._options = options
        self.back: list[Shape] = []
        self.front: list[Shape] = []

    def paint(self, batch: int) -> None:
        """Paint the columns of one batch."""
        row = self._row
        place = self._place
        alone: set[float] = set()
        if isinstance(row, LabelRow) and not row.fits:
            alone = self._compare_with_output(row, batch)
        limit = read_limit(row, place.columns[batch], batch)
        for column in place.columns[batch]:
            x = column.x
            if column.hidden:
                # the dots stand for boxes with all that is in them
                self.front.append(draw_dots(x, place.middle))
                continue
            self._paint_box(column, batch)
            if row.values:
                values = ColumnValues(row, column, batch)
                self.front += draw_values(values, place, limit, self._options)
            else:
                self.front.append(_name_labels(x, place.middle))
            if x in alone:
                self.front.append(_cross(x, place.bottom + CROSS))

    def _paint_box(self, column: Column, batch: int) -> None:
        """Paint the frame of a column, what stands behind it and what under it."""
        row = self._row
        place = self._place
        x = column.x
        t = column.index
        top = place.top
        height = place.height
        step: Step | None = None
        if row.timesteps:
            # under the mouse all of its step is seen
            step = (batch, t)
        if isinstance(row, (InputRow, LabelRow)):
            # the other samples of the batch lie behind what is given
            self.back += draw_sheets(x, top, height, row.samples - 1)
        frame = draw_frame(
            x,
            top,
            height,
            _role(row),
            step=step,
            dashed=not row.values,
            title=row.hover(batch, t),
        )
        self.front.append(frame)
        if isinstance(row, StepsRow) and row.attends_elsewhere:
            # one weight for each value step
            weights = row.attention[batch][t]
            left = x - BOX / 2
            y = place.bottom + UNDER
            strip = _draw_weights(weights, left, y, step)
            self.front.append(strip)

    def _compare_with_output(self, row: LabelRow, batch: int) -> set[float]:
        """Cross out the outputs above which no label stands.

        Returns the x of the labels that were given and have no output under them.
        """
        place = self._place
        output = self._places[row.below[0]]
        labels = {column.x for column in place.columns[batch]}
        if output.row.returns_steps:
            for column in drawn(output.columns[batch]):
                if column.x not in labels:
                    cross = _cross(column.x, place.middle + OVER_OUTPUT)
                    self.front.append(cross)
        if not row.values:
            # nobody gave them, or nobody can tell how they belong to the output
            return set()
        pairs = pair_columns(output, place, row.links[0], batch)
        outputs = {up.x for up, _ in pairs}
        return labels - outputs


def _draw_weights(
    weights: Array, x: float, y: float, step: Step | None
) -> Tiles:
    """Return the attention weights of one step as squares, the first value step at the left.

    weights: shape (value timesteps,).
    """
    # of many steps a square shows the largest weight of several
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
    if isinstance(row, LabelRow) and not row.fits:
        return "warn"
    return ROLES[type(row)]
