"""Where rows stand: how high each is, where its middle lies, which columns it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from unrolled.diagrams.layout.grids import Column, Grid
from unrolled.diagrams.layout.margins import Margin
from unrolled.diagrams.layout.options import DrawOptions
from unrolled.diagrams.rows.rows import (
    BoxRow,
    InputRow,
    LabelRow,
    RecurrentRow,
    Row,
    StepsRow,
    ValuesRow,
)
from unrolled.scenes.fonts import text_width
from unrolled.scenes.glyphs import map_size, stack_height
from unrolled.scenes.sizes import BOX

PLAIN = 34.0  # height of a box without values
STRIP_FOOT = 13.0  # under a step of attention over other steps, for its weights
THIN = 20.0  # height of a box that its input passes unchanged
TIMES_FOOT = 22.0  # under the first row of an axis, for the names of its steps
BETWEEN_FEET = 5.0  # between the weights of attention and the names of steps
SHEETS_HEAD = 18.0  # above inputs and labels, for the samples behind: three sheets of 6 pixels
FRAME = 10.0  # a frame is so much higher than what it holds
WIRE = 26.0  # a cell is so high for each state that crosses it, with its name
WIRES_EDGE = 14.0  # and so much more for its edges
SHAPE_TEXT = 12.0  # size of the shape in a box
SHAPE_EDGE = 20.0  # around the shape in a box


@dataclass
class PlacedRow:
    """Where a row stands.

    Attributes
    ----------
    row : Row
        What stands there.
    middle, top, bottom : float
        The y of its boxes.
    columns : list of list of Column
        The columns it holds, for each batch.
    foot, padding : float
        The room under its boxes, and that of the band around them.
    """

    row: Row
    middle: float
    top: float
    bottom: float
    columns: list[list[Column]]
    foot: float = 0.0
    padding: float = 0.0

    def covers(self, low: float, high: float) -> bool:
        """Return whether a box of the row stands between two x, which may be the same."""
        if isinstance(self.row, BoxRow):
            boxes = [self.box(batch) for batch in range(len(self.columns))]
            return any(x < high and low < x + width for x, width in boxes)
        for columns in self.columns:
            for column in columns:
                is_near = column.x - BOX / 2 < high and low < column.x + BOX / 2
                if is_near and not column.hidden:
                    return True
        return False

    def box(self, batch: int) -> tuple[float, float]:
        """Return the left edge and the width of a box without columns, which holds its shape."""
        columns = self.columns[batch]
        text = text_width(self.shape_text(batch), SHAPE_TEXT) + SHAPE_EDGE
        width = max(columns[-1].x - columns[0].x + BOX, text)
        return self.center(batch) - width / 2, width

    def shape_text(self, batch: int) -> str:
        """Return what stands in that box."""
        return self.row.shapes[batch] if isinstance(self.row, BoxRow) else ""

    def move(self, dy: float) -> None:
        """Shift the row downwards."""
        self.middle, self.top, self.bottom = (
            self.middle + dy,
            self.top + dy,
            self.bottom + dy,
        )

    def center(self, batch: int) -> float:
        """Return the x in the middle of a batch's columns."""
        return (self.columns[batch][0].x + self.columns[batch][-1].x) / 2

    def end(self, batch: int) -> Column:
        """Return the column where the row's one output leaves: the step that is read last."""
        columns = self.columns[batch]
        row = self.row
        if (
            isinstance(row, RecurrentRow)
            and row.backwards
            and not row.sequences
        ):
            return columns[0]
        return columns[-1]


def place_rows(
    rows: Sequence[Row],
    margins: Mapping[int, Margin],
    grid: Grid,
    options: DrawOptions,
) -> list[PlacedRow]:
    """Give every row its y (growing downwards, the bottom of the first row at 0) and its columns.

    The rows of each segment stand on each other; a decoder is level with the encoder whose state it
    starts from.
    """
    stack = _Stack(rows, margins, grid, options)
    for row in sorted(
        rows, key=lambda r: (r.segment, r.segment and not r.aside)
    ):
        stack.add(row)
    _level(rows, stack.places, options.sizes.gap)
    return [stack.places[row.key] for row in rows]


@dataclass
class _Stack:
    """Rows that stand on each other, in two segments."""

    rows: Sequence[Row]
    margins: Mapping[int, Margin]
    grid: Grid
    options: DrawOptions
    places: dict[int, PlacedRow] = field(default_factory=dict)
    tops: list[float] = field(default_factory=lambda: [0.0, 0.0])

    def __post_init__(self) -> None:
        self._rows = {row.key: row for row in self.rows}

    def add(self, row: Row) -> None:
        """Place a row on top of its segment; what stands aside goes up with the encoder."""
        sizes = self.options.sizes
        segment = 0 if row.aside else row.segment
        bottom = self.tops[segment]
        if isinstance(row, StepsRow) and row.attends_itself:
            bottom -= sizes.fan
        body = _body_height(row, self.options)
        padding = sizes.padding if isinstance(row, RecurrentRow) else 0.0
        foot = self._foot(row)
        head = SHEETS_HEAD if isinstance(row, (InputRow, LabelRow)) else 0.0
        band = 2 * padding + 2 if padding else 0.0
        height = max(body + band + head, self.margins[row.key].height)
        middle = bottom - foot - height / 2 + head / 2
        columns = self._columns(row)
        self.places[row.key] = PlacedRow(
            row,
            middle,
            middle - body / 2,
            middle + body / 2,
            columns,
            foot,
            padding,
        )
        self.tops[segment] = bottom - (foot + height + sizes.gap)

    def _foot(self, row: Row) -> float:
        """Return the room under a row: for the names of its steps, for the weights of attention."""
        foot = 0.0
        if row.timesteps and self._starts_time(row):
            band = (
                self.options.sizes.padding
                if isinstance(row, RecurrentRow)
                else 0.0
            )
            foot = TIMES_FOOT + band
        if isinstance(row, StepsRow) and row.attends_elsewhere:
            return foot + BETWEEN_FEET if foot else STRIP_FOOT
        return foot

    def _starts_time(self, row: Row) -> bool:
        """Return whether a row begins an axis of its own: its steps are of no row that it reads."""
        if isinstance(row, LabelRow):
            return False
        below = [self._rows[key] for key in row.below]
        return not any(
            b.returns_steps and b.timesteps == row.timesteps for b in below
        )

    def _columns(self, row: Row) -> list[list[Column]]:
        """Return the columns of a row for each batch; a vector stands where its source ends."""
        if row.aside:
            return [[Column(self.grid.aside(row.segment), None)]]
        batches = range(row.batches)
        if row.timesteps:
            return [
                self.grid.columns(row.timesteps, batch, row.segment)
                for batch in batches
            ]
        below = self._below_in_segment(row)
        if not below:
            return self._own_columns(row)
        wide = self._widest_below(row)
        if isinstance(row, BoxRow) and wide is not None:
            return wide.columns
        return [[_last_end(below, batch)] for batch in batches]

    def _below_in_segment(self, row: Row) -> list[PlacedRow]:
        """Return the rows that a row reads, those of its own segment if there are any."""
        below = [self.places[key] for key in row.below if key in self.places]
        return [
            place for place in below if place.row.segment == row.segment
        ] or below

    def _own_columns(self, row: Row) -> list[list[Column]]:
        """Return the columns of a row that reads nothing: the whole width, or one end."""
        slots = self.grid.second if row.segment else self.grid.slots
        ends = [
            self.grid.columns(slots, batch, row.segment)
            for batch in range(row.batches)
        ]
        if isinstance(row, BoxRow):
            return ends
        return [
            [columns[0 if isinstance(row, InputRow) else -1]]
            for columns in ends
        ]

    def _widest_below(self, row: Row) -> PlacedRow | None:
        """Return the row with the most columns among those that a row reads as data."""
        read = [
            self.places.get(link.row or 0)
            for link in row.links
            if not link.is_state
        ]
        wide = []
        for place in read:
            if place is None or len(place.columns[0]) < 2:
                continue
            if place.row.returns_steps or isinstance(place.row, BoxRow):
                wide.append(place)
        return max(wide, key=lambda place: len(place.columns[0]), default=None)


def _last_end(places: Sequence[PlacedRow], batch: int) -> Column:
    """Return the column furthest to the right in which one of the rows ends."""
    return max(
        (place.end(batch) for place in places), key=lambda column: column.x
    )


def _level(
    rows: Sequence[Row], places: Mapping[int, PlacedRow], gap: float
) -> None:
    """Move the second segment: its decoder level with the encoder, or above the vectors it reads.

    What the decoder reads stays on the ground where the decoder goes up.
    """
    second = [
        place
        for place in places.values()
        if place.row.segment and not place.row.aside
    ]
    level = _moves_to_encoders(second, places)
    above = _moves_above_vectors(second, places, gap)
    if not level and not above:
        return
    shift = level[0][0] if level else min(move for move, _ in above)
    lowest = max(place.middle for _, place in level or above)
    _move_down(second, shift, lowest)


def _move_down(
    places: Sequence[PlacedRow], shift: float, lowest: float
) -> None:
    """Move rows; upwards only those that stand no lower than the lowest decoder."""
    for place in places:
        if shift > 0 or place.middle <= lowest:
            place.move(shift)


def _moves_to_encoders(
    second: Sequence[PlacedRow], places: Mapping[int, PlacedRow]
) -> list[tuple[float, PlacedRow]]:
    """Return how far each decoder is from the height of its encoder."""
    moves = []
    for place in second:
        row = place.row
        if isinstance(row, RecurrentRow) and row.encoder is not None:
            moves.append((places[row.encoder].middle - place.middle, place))
    return moves


def _moves_above_vectors(
    second: Sequence[PlacedRow], places: Mapping[int, PlacedRow], gap: float
) -> list[tuple[float, PlacedRow]]:
    """Return how far each decoder is from where it stands above the vectors of its states."""
    moves = []
    for place in second:
        sources = [
            places[link.row]
            for link in place.row.starts
            if link.row is not None
        ]
        for source in sources:
            if source.row.aside:
                move = source.top - gap / 2 - place.bottom
                moves.append((move, place))
    return moves


def _body_height(row: Row, options: DrawOptions) -> float:
    """Return the height of the boxes of a row."""
    if not isinstance(row, ValuesRow) or not row.values:
        return PLAIN
    if row.passes:
        return THIN
    if row.is_map:
        body = map_size(row.column, options.sizes)[1] + FRAME
    else:
        body = stack_height(row.width, options.max_units, options.sizes) + FRAME
    wires = len(row.state_names) if isinstance(row, RecurrentRow) else 0
    return max(body, WIRE * wires + WIRES_EDGE)
