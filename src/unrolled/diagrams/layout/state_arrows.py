"""The states on their way: where they begin, from step to step, what becomes of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise, product

from unrolled.diagrams.layout.grids import Column
from unrolled.diagrams.layout.placed_rows import PlacedRow
from unrolled.diagrams.rows.rows import RecurrentRow
from unrolled.scenes.fonts import shorten, text_width
from unrolled.scenes.glyphs import (
    chip_width,
    draw_chip,
    draw_wire,
    wire_heights,
)
from unrolled.scenes.shapes import Line, Shape, Text, label
from unrolled.scenes.sizes import BOX

ROOM = 56.0  # for the name of the layer that an initial state comes from
CHIP_TEXT = 11.0
REACH = 34.0  # length of an arrow into the first cell and out of the last one
INSIDE = 17.0  # from a box to a state's name: arrows that pass beside boxes are nearer
BAND_EDGE = 21.5  # from a box to the edge of a compact band, which a longer name does not touch
DOTS = 14.0  # half the room of the dots of left out steps
STATE_TEXT = 12.0  # size of the names of states
ABOVE = 5.0  # a name stands so far above its arrow
THICK = 2.4  # of a state that goes to another layer or batch
ANCHORS = {-1: "end", 1: "start"}  # of a chip at the left, at the right


class StateArrows:
    """The arrows of one recurrent row, with where they start and where they end.

    encoder: the row at the left whose final states come over. gives: whether it is such an encoder.
    aside: the numbers of the initial states that come from a vector that stands aside.
    """

    def __init__(
        self,
        place: PlacedRow,
        row: RecurrentRow,
        encoder: PlacedRow | None,
        aside: Collection[int],
        *,
        gives: bool,
    ) -> None:
        self._place = place
        self._row = row
        self._heights = _heights(place)
        self._encoder = encoder
        self._aside = aside
        self._gives = gives
        # the side of a cell at which its step ends, and which columns are read first and last
        self._side = 1
        self._first = 0
        self._last = -1
        if row.backwards:
            self._side = -1
            self._first = -1
            self._last = 0

    def draw(self) -> list[Shape]:
        """Return the arrows of every state in every batch."""
        shapes: list[Shape] = []
        numbers = range(len(self._row.state_names))
        for number, batch in product(numbers, range(self._row.batches)):
            shapes += self._between(number, batch)
            shapes += self._begin(number, batch)
            shapes += self._finish(number, batch)
        return shapes

    def _between(self, number: int, batch: int) -> list[Shape]:
        """Return the arrows from each drawn step to the next one; the dots are passed by."""
        name = self._row.state_names[number]
        y = self._heights[number]
        shapes: list[Shape] = []
        for left, right in pairwise(self._place.columns[batch]):
            start = left.x + _half_width(left)
            end = right.x - _half_width(right)
            if self._row.backwards:
                # the arrow goes from right to left
                start, end = end, start
            shapes += draw_wire(name, start, end, y)
        return shapes

    def _begin(self, number: int, batch: int) -> list[Shape]:
        """Return where a state comes from; in a later batch it begins at the one before."""
        if self._encoder is not None:
            return self._come_over(self._encoder, number, batch)
        if batch or number in self._aside:
            # what it comes from draws the arrow
            return []
        return self._enter(number, batch)

    def _come_over(
        self, encoder: PlacedRow, number: int, batch: int
    ) -> list[Shape]:
        """Return the arrow from the last step of the encoder into the first step of the decoder."""
        name = self._row.state_names[number]
        heights = _heights(encoder)
        start = heights[min(number, len(heights) - 1)]
        end = self._heights[number]
        x1 = encoder.columns[0][-1].x + BOX / 2
        x2 = self._place.columns[batch][self._first].x - BOX / 2
        points = [(x1, start)]
        if start != end:
            # the arrows of two states turn one after the other
            turn = x1 + 10 + 8 * number
            points += [(turn, start), (turn, end)]
        points.append((x2, end))
        return _long_arrow(points, name, name)

    def _finish(self, number: int, batch: int) -> list[Shape]:
        """Return where a state goes after the last step of a batch: it crosses, or begins anew."""
        row = self._row
        leaving = self._leave(number, batch)
        if batch + 1 == row.batches:
            if self._gives:
                # the decoder draws the arrow that comes over
                return []
            return leaving
        entering = self._enter(number, batch + 1)
        if row.backwards:
            # the next batch begins far away, at its right end
            return leaving + entering
        if row.carries:
            return self._carry_over(number, batch)
        if row.returns_state:
            return leaving + entering
        return self._cut(number, batch) + entering

    def _enter(self, number: int, batch: int) -> list[Shape]:
        """Return a state coming in, with a chip that says where it starts."""
        name = self._row.state_names[number]
        y = self._heights[number]
        side = -self._side
        first = self._place.columns[batch][self._first]
        edge = first.x + side * BOX / 2
        start = edge + side * REACH
        text = shorten(self._row.begins[batch][number], ROOM, CHIP_TEXT)
        return [
            *draw_wire(name, start, edge, y, text=False),
            _name_inside(name, edge, side, y, state_role(name)),
            *draw_chip(text, start, y, ANCHORS[side]),
        ]

    def _leave(self, number: int, batch: int) -> list[Shape]:
        """Return the final state going out, with a chip that says what becomes of it."""
        row = self._row
        side = self._side
        name = row.state_names[number]
        y = self._heights[number]
        last = self._place.columns[batch][self._last]
        edge = last.x + side * BOX / 2
        end = edge + side * REACH
        role = "ghost"
        if row.keeps:
            role = state_role(name)
        return [
            *draw_wire(name, edge, end, y, kept=row.keeps, text=False),
            _name_inside(name, edge, side, y, role),
            *draw_chip(row.end, end, y, ANCHORS[side]),
        ]

    def _carry_over(self, number: int, batch: int) -> list[Shape]:
        """Return the arrow of a state that crosses to the next batch."""
        name = self._row.state_names[number]
        y = self._heights[number]
        x1 = self._place.columns[batch][-1].x + BOX / 2
        x2 = self._place.columns[batch + 1][0].x - BOX / 2
        points = [(x1, y), (x2, y)]
        return _long_arrow(points, name, f"{name} carried over")

    def _cut(self, number: int, batch: int) -> list[Shape]:
        """Return the end of a state that is dropped."""
        name = self._row.state_names[number]
        y = self._heights[number]
        x = self._place.columns[batch][-1].x + BOX / 2
        cut = x + REACH
        cross = label(
            cut + 9, y + 4.5, "✕", "warn", 13, anchor="middle", bold=True
        )
        return [*draw_wire(name, x, cut, y, kept=False), cross]


def state_end(place: PlacedRow, number: int) -> tuple[str, float, float]:
    """Return the name of a state, the far side of its last chip, its arrow's height."""
    row = place.row
    assert isinstance(row, RecurrentRow)
    name = row.state_names[number]
    y = _heights(place)[number]
    reach = BOX / 2 + REACH + chip_width(row.end)
    columns = place.columns[-1]
    if row.backwards:
        return name, columns[0].x - reach, y
    return name, columns[-1].x + reach, y


def state_role(name: str) -> str:
    """Return the colour of a state: one of its own for h and c, else that of lines."""
    if name in ("h", "c"):
        return name
    return "line"


def name_state(x: float, y: float, name: str, role: str) -> Text:
    """Return the name of a state."""
    return label(x, y, name, role, STATE_TEXT, anchor="middle", italic=True)


def _name_inside(
    name: str, edge: float, side: int, y: float, role: str
) -> Text:
    """Return the name of a state between a box and the edge of the band, on neither of them."""
    width = text_width(name, STATE_TEXT)
    # a longer name moves nearer to the box
    x = edge + side * min(INSIDE, BAND_EDGE - width / 2)
    return name_state(x, y - ABOVE, name, role)


def _long_arrow(
    points: Sequence[tuple[float, float]], name: str, text: str
) -> list[Shape]:
    """Return the thick arrow of a state that goes to another layer or batch."""
    (x1, _), (x2, y) = points[0], points[-1]
    role = state_role(name)
    arrow = Line(tuple(points), role, weight=THICK)
    middle = (x1 + x2) / 2
    return [arrow, name_state(middle, y - ABOVE, text, role)]


def _half_width(column: Column) -> float:
    if column.hidden:
        return DOTS
    return BOX / 2


def _heights(place: PlacedRow) -> list[float]:
    """Return the y of each state's arrow across the cells of a row."""
    assert isinstance(place.row, RecurrentRow)
    return wire_heights(place.row.state_names, place.top, place.height)
