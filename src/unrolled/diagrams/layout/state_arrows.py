"""The states on their way: where they begin, from step to step, what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from unrolled.diagrams.layout.grids import Column
from unrolled.diagrams.layout.places import PlacedRow
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


class StateArrows:
    """The arrows of one recurrent row, with where they start and where they end.

    encoder: the row at the left whose final states come over. gives: whether it is such an encoder.
    aside: whether an initial state comes from a vector that stands aside.
    """

    def __init__(
        self,
        place: PlacedRow,
        encoder: PlacedRow | None,
        aside: Mapping[int, bool],
        *,
        gives: bool,
    ) -> None:
        assert isinstance(place.row, RecurrentRow)
        self._place, self._row = place, place.row
        self._encoder, self._aside, self._gives = encoder, aside, gives

    def draw(self) -> list[Shape]:
        """Return the arrows of every state in every batch."""
        heights = _heights(self._place)
        shapes: list[Shape] = []
        for number, (name, y) in enumerate(
            zip(self._row.state_names, heights, strict=True)
        ):
            for batch in range(self._row.batches):
                shapes += self._between(name, batch, y)
                shapes += self._begin(name, number, batch, y)
                shapes += self._finish(name, number, batch, y)
        return shapes

    def _first(self, batch: int) -> Column:
        columns = self._place.columns[batch]
        return columns[-1] if self._row.backwards else columns[0]

    def _last(self, batch: int) -> Column:
        columns = self._place.columns[batch]
        return columns[0] if self._row.backwards else columns[-1]

    def _between(self, name: str, batch: int, y: float) -> list[Shape]:
        """Return the arrows from each drawn step to the next one; the dots are passed by."""
        shapes: list[Shape] = []
        for left, right in pairwise(self._place.columns[batch]):
            x1 = left.x + (DOTS if left.hidden else BOX / 2)
            x2 = right.x - (DOTS if right.hidden else BOX / 2)
            if self._row.backwards:
                x1, x2 = x2, x1
            shapes += draw_wire(name, x1, x2, y)
        return shapes

    def _begin(
        self, name: str, number: int, batch: int, y: float
    ) -> list[Shape]:
        """Return where a state comes from; in a later batch it begins at the one before."""
        if self._encoder is not None:
            return self._come_over(name, number, self._first(batch).x, y)
        if batch or self._aside.get(number, False):
            return []
        return self._enter(name, number, batch, y)

    def _finish(
        self, name: str, number: int, batch: int, y: float
    ) -> list[Shape]:
        """Return where a state goes after the last step of a batch."""
        if batch + 1 < self._row.batches:
            return self._cross(name, number, batch, y)
        return [] if self._gives else self._leave(name, batch, y)

    def _come_over(
        self, name: str, number: int, x: float, y: float
    ) -> list[Shape]:
        """Return the arrow from the last step of the encoder into the first step of the decoder."""
        assert self._encoder is not None
        heights = _heights(self._encoder)
        start = heights[min(number, len(heights) - 1)]
        x1, x2 = self._encoder.columns[0][-1].x + BOX / 2, x - BOX / 2
        turn = (
            x1 + 10 + 8 * number
        )  # the arrows of two states turn one after the other
        role = state_role(name)
        turns = () if start == y else ((turn, start), (turn, y))
        points = ((x1, start), *turns, (x2, y))
        middle = (x1 + x2) / 2
        text = label(
            middle,
            y - ABOVE,
            name,
            role,
            STATE_TEXT,
            anchor="middle",
            italic=True,
        )
        return [Line(points, role, weight=THICK), text]

    def _enter(
        self, name: str, number: int, batch: int, y: float
    ) -> list[Shape]:
        """Return a state coming in, with a chip that says where it starts."""
        side = 1 if self._row.backwards else -1
        edge = self._first(batch).x + side * BOX / 2
        start = edge + side * REACH
        text = shorten(self._row.begins[batch][number], ROOM, CHIP_TEXT)
        anchor = "start" if self._row.backwards else "end"
        wire = draw_wire(name, start, edge, y, text=False)
        named = self._name_inside(name, edge, side, y, kept=True)
        return [*wire, named, *draw_chip(text, start, y, anchor)]

    def _leave(self, name: str, batch: int, y: float) -> list[Shape]:
        """Return the final state going out, with a chip that says what becomes of it."""
        side = -1 if self._row.backwards else 1
        edge = self._last(batch).x + side * BOX / 2
        end = edge + side * REACH
        anchor = "end" if self._row.backwards else "start"
        wire = draw_wire(name, edge, end, y, kept=self._row.keeps, text=False)
        named = self._name_inside(name, edge, side, y, kept=self._row.keeps)
        return [*wire, named, *draw_chip(self._row.end, end, y, anchor)]

    def _name_inside(
        self, name: str, edge: float, side: int, y: float, *, kept: bool
    ) -> Text:
        """Return the name of a state between a box and the edge of the band, on neither of them."""
        width = text_width(name, STATE_TEXT)
        x = edge + side * min(INSIDE, BAND_EDGE - width / 2)
        role = state_role(name) if kept else "ghost"
        return label(
            x, y - ABOVE, name, role, STATE_TEXT, anchor="middle", italic=True
        )

    def _cross(
        self, name: str, number: int, batch: int, y: float
    ) -> list[Shape]:
        """Return what happens between two batches: the state crosses, or begins anew."""
        row = self._row
        if row.backwards or (row.returns_state and not row.carries):
            return [
                *self._leave(name, batch, y),
                *self._enter(name, number, batch + 1, y),
            ]
        x1 = self._place.columns[batch][-1].x + BOX / 2
        if row.carries:
            x2 = self._place.columns[batch + 1][0].x - BOX / 2
            text = f"{name} carried over"
            middle = (x1 + x2) / 2
            role = state_role(name)
            over = label(
                middle,
                y - ABOVE,
                text,
                role,
                STATE_TEXT,
                anchor="middle",
                italic=True,
            )
            return [Line(((x1, y), (x2, y)), role, weight=THICK), over]
        cut = x1 + REACH
        wire = draw_wire(name, x1, cut, y, kept=False)
        cross = label(
            cut + 9, y + 4.5, "✕", "warn", 13, anchor="middle", bold=True
        )
        return [*wire, cross, *self._enter(name, number, batch + 1, y)]


def state_end(place: PlacedRow, number: int) -> tuple[str, float, float]:
    """Return the name of a state, the far side of its last chip, its arrow's height."""
    row = place.row
    assert isinstance(row, RecurrentRow)
    side = -1 if row.backwards else 1
    column = place.columns[-1][0 if row.backwards else -1]
    x = column.x + side * (BOX / 2 + REACH + chip_width(row.end))
    return row.state_names[number], x, _heights(place)[number]


def state_role(name: str) -> str:
    """Return the colour of a state: one of its own for h and c, else that of lines."""
    return name if name in ("h", "c") else "line"


def _heights(place: PlacedRow) -> list[float]:
    """Return the y of each state's arrow across the cells of a row."""
    assert isinstance(place.row, RecurrentRow)
    return wire_heights(
        place.row.state_names, place.top, place.bottom - place.top
    )
