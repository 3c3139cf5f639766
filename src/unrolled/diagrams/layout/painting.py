"""From rows to a Scene: gives every row its height, every column its x, every edge its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from unrolled.diagrams.layout.arrows import Arrows
from unrolled.diagrams.layout.columns import ColumnPainter
from unrolled.diagrams.layout.grids import Grid, make_grid
from unrolled.diagrams.layout.margins import (
    Margin,
    place_lines,
    widths,
    write_margins,
)
from unrolled.diagrams.layout.options import DrawOptions
from unrolled.diagrams.layout.places import (
    SHAPE_TEXT,
    STRIP_FOOT,
    PlacedRow,
    place_rows,
)
from unrolled.diagrams.layout.state_arrows import StateArrows
from unrolled.diagrams.rows.rows import (
    BoxRow,
    InputRow,
    RecurrentRow,
    Row,
    StepsRow,
)
from unrolled.scenes.glyphs import stack_height
from unrolled.scenes.shapes import Box, Line, Scene, Shape, label, moved
from unrolled.scenes.sizes import BOX, DENSE

EDGE = 16.0  # around the whole picture
ROOMY = 1150.0  # a picture that would be wider than this is drawn compactly
TALL = 1400.0  # one that would be higher than this is drawn densely
MARGIN = 8.0  # between the lanes and the texts at their right
BAND = 6.0  # the band around cells is so much wider than their columns
BATCH_NAME = 38.0  # from the first row down to the name of its batch
STEP_NAME = 5.0  # the names of steps end so far above the end of a foot
FEATURE_NAME = 14.0  # from a box to the names of its features
SHARED_NAME = 10.0  # from a box to "same weights"
MIDDLE = 4.0  # from the middle of a text to its baseline


def lay_out(rows: Sequence[Row], options: DrawOptions) -> Scene:
    """Return the picture of the rows, the first one at the bottom."""
    compact = any(row.segment for row in rows)
    compact = compact or _plan(rows, options, compact=False).width > ROOMY
    scene = _plan(rows, options, compact=compact).paint()
    if scene.height <= TALL:
        return scene
    return _plan(rows, replace(options, sizes=DENSE), compact=compact).paint()


def _plan(
    rows: Sequence[Row], options: DrawOptions, *, compact: bool
) -> _Painter:
    margins = write_margins(rows, options.sizes, compact=compact)
    left, right = widths(list(margins.values()))
    grid = make_grid(rows, EDGE + left, options.max_steps, compact=compact)
    places = place_rows(rows, margins, grid, options)
    return _Painter(grid, options, places, margins, right)


class _Painter:
    """Paints rows into a scene, from the bottom up; knows where the rows below stand."""

    def __init__(
        self,
        grid: Grid,
        options: DrawOptions,
        places: Sequence[PlacedRow],
        margins: Mapping[int, Margin],
        right: float,
    ) -> None:
        self.grid, self.options, self.order, self.margins = (
            grid,
            options,
            places,
            margins,
        )
        self.places = {place.row.key: place for place in places}
        self.arrows = Arrows(grid, places, options)
        self.width = self.arrows.right + MARGIN + right + EDGE
        self.back: list[Shape] = []
        self.lines: list[Shape] = []
        self.front: list[Shape] = []

    def paint(self) -> Scene:
        """Return the scene, shifted so that it begins at the edge."""
        for place in self.order:
            self._paint_row(place)
        shapes = [*self.back, *self.lines, *self.front]
        top = min(shape.bounds[1] for shape in shapes) - EDGE
        bottom = max(shape.bounds[3] for shape in shapes) + EDGE
        return Scene(
            self.width,
            bottom - top,
            [moved(shape, 0, -top) for shape in shapes],
        )

    def _paint_row(self, place: PlacedRow) -> None:
        """Paint one row: its boxes, the arrows into it, its texts."""
        row = place.row
        self.lines += self.arrows.draw(place)
        if isinstance(row, BoxRow):
            self._paint_boxes(place)
        else:
            columns = ColumnPainter(place, self.arrows, self.options)
            for batch in range(row.batches):
                columns.paint(batch)
            self.back += columns.back
            self.front += columns.front
        if isinstance(row, RecurrentRow):
            self.back.append(self._band(place))
            self.lines += self._states(place, row)
        if place.foot > STRIP_FOOT:
            self._paint_times(place)
        self._paint_margins(place)

    def _states(self, place: PlacedRow, row: RecurrentRow) -> list[Shape]:
        """Return the states of a recurrent row on their way."""
        encoder = None
        if (
            row.encoder is not None
            and self.places[row.encoder].row.segment < row.segment
        ):
            encoder = self.places[row.encoder]
        gives = False
        for other in self.order:
            is_decoder = (
                isinstance(other.row, RecurrentRow)
                and other.row.encoder == row.key
            )
            gives = gives or (is_decoder and other.row.segment > row.segment)
        aside = {}
        for number, link in enumerate(row.starts):
            aside[number] = (
                link.row is not None and self.places[link.row].row.aside
            )
        return StateArrows(place, encoder, aside, gives=gives).draw()

    def _band(self, place: PlacedRow) -> Box:
        """Return the band around the cells of one layer."""
        left = place.columns[0][0].x - self.grid.pitch / 2 - BAND
        right = place.columns[-1][-1].x + self.grid.pitch / 2 + BAND
        height = place.bottom - place.top + 2 * place.padding
        top = place.top - place.padding
        return Box(
            left,
            top,
            right - left,
            height,
            "band",
            "units",
            radius=10,
            weight=0.8,
        )

    def _paint_boxes(self, place: PlacedRow) -> None:
        """Paint the one box of a row without columns, with its shape in it."""
        height = place.bottom - place.top
        for batch in range(len(place.columns)):
            left, width = place.box(batch)
            frame = Box(
                left,
                place.top,
                width,
                height,
                "ground",
                "line",
                radius=6,
                weight=1.6,
            )
            text = place.shape_text(batch)
            x, y = place.center(batch), place.middle + MIDDLE
            self.front += [
                frame,
                label(x, y, text, "ink", SHAPE_TEXT, anchor="middle"),
            ]

    def _paint_times(self, place: PlacedRow) -> None:
        """Paint the names of the steps under the first row of an axis, and those of the batches."""
        for batch, columns in enumerate(place.columns):
            for column in columns:
                text = (
                    f"{column.hidden} more"
                    if column.hidden
                    else f"t = {column.t}"
                )
                step = None if column.t is None else (batch, column.t)
                y = place.bottom + place.foot - STEP_NAME
                self.front.append(
                    label(
                        column.x,
                        y,
                        text,
                        "timesteps",
                        12,
                        anchor="middle",
                        step=step,
                    )
                )
            if len(place.columns) > 1 and place is self.order[0]:
                middle = (columns[0].x + columns[-1].x) / 2
                text = f"batch {batch} · sample {self.options.sample}"
                y = place.bottom + BATCH_NAME
                self.front.append(
                    label(
                        middle, y, text, "batch", 13, anchor="middle", bold=True
                    )
                )

    def _paint_margins(self, place: PlacedRow) -> None:
        """Paint what stands beside a row: the layer as its user writes it, and what it returns."""
        row = place.row
        margin = self.margins[row.key]
        self.front += place_lines(margin.left, EDGE, place.middle, margin.line)
        right = self.arrows.right + MARGIN
        self.front += place_lines(
            margin.right, right, place.middle, margin.line
        )
        if isinstance(row, InputRow) and row.has_features:
            self._paint_feature_names(place, row)
        if (
            isinstance(row, StepsRow)
            and row.shares_weights
            and self._has_room(row)
        ):
            self._paint_shared_weights(place)

    def _has_room(self, row: Row) -> bool:
        """Return whether nothing stands aside at the left of a row's columns."""
        return not any(
            other.row.aside and other.row.segment == row.segment
            for other in self.order
        )

    def _paint_shared_weights(self, place: PlacedRow) -> None:
        x = place.columns[0][0].x - BOX / 2 - SHARED_NAME
        y = place.middle + MIDDLE
        self.front.append(label(x, y, "same weights", "soft", 11, anchor="end"))
        ends = (x + 4, place.middle), (place.columns[-1][-1].x, place.middle)
        self.back.append(
            Line(ends, "line", head=False, weight=1.0, dashed=True)
        )

    def _paint_feature_names(self, place: PlacedRow, row: InputRow) -> None:
        count = row.axes[-1][0]
        if count > self.options.max_units:
            return
        tall = stack_height(count, self.options.max_units, self.options.sizes)
        x = place.columns[0][0].x - BOX / 2 - FEATURE_NAME
        for index in range(count):
            y = place.middle - tall / 2 + (index + 0.5) * tall / count + MIDDLE
            self.front.append(
                label(x, y, f"feature {index}", "features", 11.5, anchor="end")
            )
