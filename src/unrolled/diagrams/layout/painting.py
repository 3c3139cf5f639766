"""From rows to a Scene: gives every row its height, every column its x, every edge its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from unrolled.diagrams.layout.arrows import Arrows
from unrolled.diagrams.layout.columns import ColumnPainter
from unrolled.diagrams.layout.grids import Column, Grid, make_grid
from unrolled.diagrams.layout.margins import (
    Margin,
    place_lines,
    widths,
    write_margins,
)
from unrolled.diagrams.layout.options import DrawOptions
from unrolled.diagrams.layout.placed_rows import (
    SHAPE_TEXT,
    PlacedRow,
    box_around,
    middle_of,
)
from unrolled.diagrams.layout.places import STRIP_FOOT, place_rows
from unrolled.diagrams.layout.state_arrows import StateArrows
from unrolled.diagrams.rows.rows import (
    BoxRow,
    InputRow,
    RecurrentRow,
    Row,
    StepsRow,
)
from unrolled.scenes.glyphs import stack_height
from unrolled.scenes.scene import Scene
from unrolled.scenes.shapes import (
    Box,
    Line,
    Shape,
    Text,
    label,
    moved,
)
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
            self._paint_boxes(place, row)
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
        encoder = self._encoder_of(row)
        gives = any(
            self._encoder_of(other.row) is place for other in self.order
        )
        aside = set()
        for number, link in enumerate(row.starts):
            if link.row is not None and self.places[link.row].row.aside:
                aside.add(number)
        return StateArrows(place, encoder, aside, gives=gives).draw()

    def _encoder_of(self, row: Row) -> PlacedRow | None:
        """Return the row at the left whose final states come over."""
        if not isinstance(row, RecurrentRow) or row.encoder is None:
            return None
        encoder = self.places[row.encoder]
        return encoder if encoder.row.segment < row.segment else None

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

    def _paint_boxes(self, place: PlacedRow, row: BoxRow) -> None:
        """Paint the one box of a row without columns, with its shape in it."""
        for columns, text in zip(place.columns, row.shapes, strict=False):
            left, right = box_around(columns, text)
            frame = Box(
                left,
                place.top,
                right - left,
                place.height,
                "ground",
                "line",
                radius=6,
                weight=1.6,
            )
            x, y = middle_of(columns), place.middle + MIDDLE
            shape = label(x, y, text, "ink", SHAPE_TEXT, anchor="middle")
            self.front += [frame, shape]

    def _paint_times(self, place: PlacedRow) -> None:
        """Paint the names of the steps under the first row of an axis, and those of the batches."""
        has_batches = len(place.columns) > 1 and place is self.order[0]
        y = place.bottom + place.foot - STEP_NAME
        for batch, columns in enumerate(place.columns):
            for column in columns:
                self.front.append(_name_of_step(column, batch, y))
            if has_batches:
                self.front.append(self._name_of_batch(place, batch))

    def _name_of_batch(self, place: PlacedRow, batch: int) -> Text:
        text = f"batch {batch} · sample {self.options.sample}"
        x, y = middle_of(place.columns[batch]), place.bottom + BATCH_NAME
        return label(x, y, text, "batch", 13, anchor="middle", bold=True)

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
        if isinstance(row, StepsRow) and row.shares_weights:
            self._paint_shared_weights(place)

    def _paint_shared_weights(self, place: PlacedRow) -> None:
        """Paint "same weights" at the left of a row's columns, where nothing stands aside."""
        asides = {p.row.segment for p in self.order if p.row.aside}
        if place.row.segment in asides:
            return
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


def _name_of_step(column: Column, batch: int, y: float) -> Text:
    """Return the name of a step, or how many steps the dots stand for."""
    text, step = f"{column.hidden} more", None
    if column.t is not None:
        text, step = f"t = {column.t}", (batch, column.t)
    return label(column.x, y, text, "timesteps", 12, anchor="middle", step=step)
