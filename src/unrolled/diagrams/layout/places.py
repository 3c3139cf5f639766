"""Where rows stand: how high each is, and where its middle lies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unrolled.diagrams.layout.grids import Grid
from unrolled.diagrams.layout.levels import level_decoders
from unrolled.diagrams.layout.margins import Margin
from unrolled.diagrams.layout.options import DrawOptions
from unrolled.diagrams.layout.placed_rows import PlacedRow
from unrolled.diagrams.layout.row_columns import find_columns
from unrolled.diagrams.rows.rows import (
    InputRow,
    LabelRow,
    RecurrentRow,
    Row,
    StepsRow,
    ValuesRow,
)
from unrolled.scenes.glyphs import stack_height
from unrolled.scenes.maps import map_size
from unrolled.scenes.sizes import WORD_LINE

PLAIN = 34.0  # height of a box without values
STRIP_FOOT = 13.0  # under a step of attention over other steps, for its weights
THIN = 20.0  # height of a box that its input passes unchanged
TIMES_FOOT = 22.0  # under the first row of an axis, for the names of its steps
BETWEEN_FEET = 5.0  # between the weights of attention and the names of steps
SHEETS_HEAD = 18.0  # above inputs and labels, for the samples behind: three sheets of 6 pixels
# the rows behind which further samples stand
HEADS: Mapping[type[Row], float] = {
    InputRow: SHEETS_HEAD,
    LabelRow: SHEETS_HEAD,
}
FRAME = 10.0  # a frame is so much higher than what it holds
WIRE = 26.0  # a cell is so high for each state that crosses it, with its name
WIRES_EDGE = 14.0  # and so much more for its edges


def place_rows(
    rows: Sequence[Row],
    margins: Mapping[int, Margin],
    grid: Grid,
    options: DrawOptions,
) -> dict[int, PlacedRow]:
    """Give every row its y (growing downwards, the bottom of the first row at 0) and its columns.

    The rows of each segment stand on each other; a decoder is level with the encoder whose state it
    starts from. Returns them by their keys, the first row first.
    """
    stack = _Stack(rows, margins, grid, options)
    # the encoder's rows first, then what stands aside of the decoder, then the decoder's own
    for row in sorted(rows, key=lambda r: r.segment * (2 - r.aside)):
        stack.add(row)
    _, decoders = stack.segments
    level_decoders(decoders, stack.places, options.sizes.gap)
    return {row.key: stack.places[row.key] for row in rows}


class _Stack:
    """Rows that stand on each other, in two segments.

    places: those placed so far, by key. segments: those that stand in each segment.
    """

    def __init__(
        self,
        rows: Sequence[Row],
        margins: Mapping[int, Margin],
        grid: Grid,
        options: DrawOptions,
    ) -> None:
        self._rows = {row.key: row for row in rows}
        self._margins = margins
        self._grid = grid
        self._options = options
        # how high each segment reaches
        self._tops = [0.0, 0.0]
        self.places: dict[int, PlacedRow] = {}
        self.segments: tuple[list[PlacedRow], list[PlacedRow]] = ([], [])

    def add(self, row: Row) -> None:
        """Place a row on top of its segment; what stands aside goes up with the encoder."""
        sizes = self._options.sizes
        segment = row.segment
        if row.aside:
            # a vector that stands beside a decoder is above the encoder that it comes from
            segment = 0
        bottom = self._tops[segment]
        padding = band = 0.0
        if isinstance(row, RecurrentRow):
            # the band around its cells, with the line at both of its edges
            padding = sizes.padding
            band = 2 * padding + 2
        if isinstance(row, StepsRow) and row.attends_itself:
            # its lines need room to be told apart
            bottom -= sizes.fan
        foot = self._foot(row, padding)
        head = HEADS.get(type(row), 0.0)
        body = _body_height(row, self._options)
        # the text beside a row may be higher than the row itself
        shown = body + band + head
        text = self._margins[row.key].height
        height = max(shown, text)
        # the samples behind stand over the drawn one, which is below the middle of both
        middle = bottom - foot - height / 2 + head / 2
        columns = find_columns(row, self.places, self._grid)
        place = PlacedRow(row, middle, body, columns, foot, padding)
        self.places[row.key] = place
        self.segments[segment].append(place)
        used = foot + height + sizes.gap
        self._tops[segment] = bottom - used

    def _foot(self, row: Row, padding: float) -> float:
        """Return the room under the boxes of a row: for names of steps, and for attention."""
        foot = 0.0
        if self._starts_time(row):
            foot = TIMES_FOOT + padding
        if isinstance(row, StepsRow) and row.attends_elsewhere:
            # where both stand there, the names stand under the weights
            foot = max(STRIP_FOOT, foot + BETWEEN_FEET)
        return foot

    def _starts_time(self, row: Row) -> bool:
        """Return whether a row begins an axis of its own: its steps are of no row that it reads."""
        if not row.timesteps:
            # a vector stands under no steps of its own
            return False
        if isinstance(row, LabelRow):
            # labels that have other steps than their output are marked as wrong instead
            return False
        for key in row.below:
            source = self._rows[key]
            has_same_steps = source.timesteps == row.timesteps
            if source.returns_steps and has_same_steps:
                return False
        return True


def _body_height(row: Row, options: DrawOptions) -> float:
    """Return the height of the boxes of a row."""
    if not isinstance(row, ValuesRow):
        return PLAIN
    if not row.values:
        # labels that nobody gave
        return PLAIN
    if row.passes:
        # the sign of equality alone stands in it
        return THIN
    sizes = options.sizes
    held = stack_height(row.width, options.max_units, sizes)
    if row.is_map:
        # an image instead of squares
        _, held = map_size(row.column, sizes)
    height = held + FRAME
    if row.shows_words:
        height += WORD_LINE
    if isinstance(row, RecurrentRow):
        # few units may be lower than the states that cross them
        wires = WIRE * len(row.state_names) + WIRES_EDGE
        height = max(height, wires)
    return height
