"""From rows to a Scene: gives every row its height, every column its x, every edge its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from unrolled.diagrams.layout.arrows import Arrows
from unrolled.diagrams.layout.columns import ColumnPainter
from unrolled.diagrams.layout.grids import Grid, make_grid
from unrolled.diagrams.layout.margins import (
    Margins,
    place_lines,
    write_margins,
)
from unrolled.diagrams.layout.options import DrawOptions
from unrolled.diagrams.layout.placed_rows import (
    SHAPE_TEXT,
    PlacedRow,
    box_around,
    encoder_of,
    middle_of,
    vectors_aside,
)
from unrolled.diagrams.layout.places import STRIP_FOOT, place_rows
from unrolled.diagrams.layout.state_arrows import StateArrows
from unrolled.diagrams.layout.value_names import (
    name_step,
    name_values,
    names_values,
)
from unrolled.diagrams.rows.rows import (
    BoxRow,
    RecurrentRow,
    Row,
    StepsRow,
    ValuesRow,
)
from unrolled.scenes.scene import Scene
from unrolled.scenes.shapes import (
    Box,
    Line,
    Shape,
    Text,
    bounds_of,
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
SHARED_OVER = (
    4.0  # "same weights" stands so far over a row whose values have names
)
SHARED_NAME = 10.0  # from a box to "same weights"
MIDDLE = 4.0  # from the middle of a text to its baseline


def lay_out(rows: Sequence[Row], options: DrawOptions) -> Scene:
    """Return the picture of the rows, the first one at the bottom."""
    # the rows of a decoder come last; two segments are always wide
    compact = rows[-1].segment == 1
    if not compact:
        roomy = _plan(rows, options, compact=False)
        compact = roomy.width > ROOMY
    scene = _plan(rows, options, compact=compact).paint()
    if scene.height <= TALL:
        return scene
    # too high to be seen at once
    dense = replace(options, sizes=DENSE)
    return _plan(rows, dense, compact=compact).paint()


def _plan(
    rows: Sequence[Row], options: DrawOptions, *, compact: bool
) -> _Painter:
    """Return what paints the rows, with a place for each."""
    # the columns begin where the texts at the left end
    margins = write_margins(rows, options.sizes, compact=compact)
    left = EDGE + margins.left_width
    grid = make_grid(rows, left, options.max_steps, compact=compact)
    places = place_rows(rows, margins.beside, grid, options)
    return _Painter(grid, options, places, margins)


class _Painter:
    """Paints rows into a scene, from the bottom up; knows where the rows below stand."""

    def __init__(
        self,
        grid: Grid,
        options: DrawOptions,
        places: Mapping[int, PlacedRow],
        margins: Margins,
    ) -> None:
        self.grid = grid
        self.options = options
        self.places = places
        self.margins = margins
        # the rows whose final states come over into a decoder
        self.encoders = [
            encoder_of(place.row, places) for place in places.values()
        ]
        self.arrows = Arrows(grid, places, options)
        self.width = self.arrows.right + MARGIN + margins.right_width + EDGE
        # what lies behind the arrows, the arrows, and what lies over them
        self.back: list[Shape] = []
        self.lines: list[Shape] = []
        self.front: list[Shape] = []

    def paint(self) -> Scene:
        """Return the scene, shifted so that it begins at the edge."""
        for place in self.places.values():
            self._paint_row(place)
        shapes = [*self.back, *self.lines, *self.front]
        _, highest, _, lowest = bounds_of(shapes)
        top = highest - EDGE
        bottom = lowest + EDGE
        shifted = [moved(shape, 0, -top) for shape in shapes]
        return Scene(self.width, bottom - top, shifted)

    def _paint_row(self, place: PlacedRow) -> None:
        """Paint one row: its boxes, the arrows into it, its texts."""
        row = place.row
        # arrows first: states and values are painted over them
        self.lines += self.arrows.into[row.key]
        if isinstance(row, BoxRow):
            self._paint_boxes(place, row)
        else:
            columns = ColumnPainter(place, self.places, self.options)
            for batch in range(row.batches):
                columns.paint(batch)
            self.back += columns.back
            self.front += columns.front
        if isinstance(row, RecurrentRow):
            self.back.append(self._band(place))
            self.lines += self._states(place, row)
        # a foot as low as this holds attention, and no names of steps
        if place.foot > STRIP_FOOT:
            self._paint_times(place)
        self._paint_margins(place)

    def _states(self, place: PlacedRow, row: RecurrentRow) -> list[Shape]:
        """Return the states of a recurrent row on their way."""
        encoder = encoder_of(row, self.places)
        aside = vectors_aside(row, self.places)
        gives = place in self.encoders
        arrows = StateArrows(place, row, encoder, aside, gives=gives)
        return arrows.draw()

    def _band(self, place: PlacedRow) -> Box:
        """Return the band around the cells of one layer."""
        half = self.grid.pitch / 2
        left = place.columns[0][0].x - half - BAND
        right = place.columns[-1][-1].x + half + BAND
        height = place.height + 2 * place.padding
        return Box(
            left,
            place.top - place.padding,
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
            x = middle_of(columns)
            y = place.middle + MIDDLE
            shape = label(x, y, text, "ink", SHAPE_TEXT, anchor="middle")
            self.front += [frame, shape]

    def _paint_times(self, place: PlacedRow) -> None:
        """Paint the names of the steps under the first row of an axis, and those of the batches."""
        # the lowest row has room for them under the names of its steps
        lowest = next(iter(self.places.values()))
        has_batches = place is lowest and len(place.columns) > 1
        y = place.bottom + place.foot - STEP_NAME
        for batch, columns in enumerate(place.columns):
            for column in columns:
                self.front.append(name_step(place.row, column, batch, y))
            if has_batches:
                self.front.append(self._name_of_batch(place, batch))

    def _name_of_batch(self, place: PlacedRow, batch: int) -> Text:
        text = f"batch {batch} · sample {self.options.sample}"
        x = middle_of(place.columns[batch])
        y = place.bottom + BATCH_NAME
        return label(x, y, text, "batch", 13, anchor="middle", bold=True)

    def _paint_margins(self, place: PlacedRow) -> None:
        """Paint what stands beside a row: the layer as its user writes it, and what it returns."""
        row = place.row
        y = place.middle
        margin = self.margins.beside[row.key]
        right = self.arrows.right + MARGIN
        self.front += place_lines(margin.left, EDGE, y, margin.line)
        self.front += place_lines(margin.right, right, y, margin.line)
        if isinstance(row, ValuesRow) and names_values(row, self.options):
            self.front += name_values(place, row, self.options)
        if isinstance(row, StepsRow) and row.shares_weights:
            self._paint_shared_weights(place)

    def _paint_shared_weights(self, place: PlacedRow) -> None:
        """Paint "same weights" at the left of a row's columns, where nothing stands aside."""
        for other in self.places.values():
            same_segment = other.row.segment == place.row.segment
            if other.row.aside and same_segment:
                return
        first = place.columns[0][0]
        last = place.columns[-1][-1]
        x = first.x - BOX / 2 - SHARED_NAME
        y = place.middle + MIDDLE
        if names_values(place.row, self.options):
            # the names of the values stand in the middle
            y = place.top - SHARED_OVER
        name = label(x, y, "same weights", "soft", 11, anchor="end")
        # a dashed line joins the words with all columns
        ends = (x + 4, place.middle), (last.x, place.middle)
        line = Line(ends, "line", head=False, weight=1.0, dashed=True)
        self.front.append(name)
        self.back.append(line)
