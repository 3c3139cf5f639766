"""A row that has its place: the y of its boxes, its columns, the x of all that stands there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from unrolled.diagrams.layout.grids import Column, drawn
from unrolled.diagrams.rows.rows import BoxRow, RecurrentRow, Row
from unrolled.scenes.fonts import text_width
from unrolled.scenes.sizes import BOX

SHAPE_TEXT = 12.0  # size of the shape in a box
SHAPE_EDGE = 20.0  # around the shape in a box


@dataclass
class PlacedRow:
    """Where a row stands.

    Attributes
    ----------
    row : Row
        What stands there.
    middle, height : float
        The y of the middle of its boxes, and how high they are.
    columns : list of list of Column
        The columns it holds, for each batch.
    foot, padding : float
        The room under its boxes, and that of the band around them.
    """

    row: Row
    middle: float
    height: float
    columns: list[list[Column]]
    foot: float
    padding: float

    @property
    def top(self) -> float:
        """The y of the upper edge of its boxes."""
        half = self.height / 2
        return self.middle - half

    @property
    def bottom(self) -> float:
        """The y of the lower edge of its boxes."""
        half = self.height / 2
        return self.middle + half

    def boxes(self) -> list[tuple[float, float]]:
        """Return the left and the right edge of every box."""
        if isinstance(self.row, BoxRow):
            # one box over all columns of a batch
            return list(map(box_around, self.columns, self.row.shapes))
        # the dots have no box
        edges = []
        for column in drawn(chain.from_iterable(self.columns)):
            left = column.x - BOX / 2
            right = column.x + BOX / 2
            edges.append((left, right))
        return edges

    def outputs(self, batch: int) -> list[Column]:
        """Return the columns that give something: all, or the one of the step that is read last."""
        columns = self.columns[batch]
        if self.row.returns_steps:
            return columns
        return [self.end(batch)]

    def end(self, batch: int) -> Column:
        """Return the column where the row's one output leaves: the step that is read last."""
        row = self.row
        columns = self.columns[batch]
        if row.returns_steps or not isinstance(row, RecurrentRow):
            return columns[-1]
        if row.backwards:
            # it reads the first step last
            return columns[0]
        return columns[-1]


def encoder_of(row: Row, places: Mapping[int, PlacedRow]) -> PlacedRow | None:
    """Return the row at the left whose final states come over."""
    if not isinstance(row, RecurrentRow):
        return None
    if row.encoder is None:
        return None
    encoder = places[row.encoder]
    if encoder.row.segment >= row.segment:
        # only a decoder at the right has room for an arrow that comes over
        return None
    return encoder


def vectors_aside(
    row: Row, places: Mapping[int, PlacedRow]
) -> dict[int, PlacedRow]:
    """Return the rows that stand aside and start states of a row, by the number of the state."""
    vectors = {}
    for number, link in enumerate(row.starts):
        if link.row is None:
            # nobody can see what it starts from
            continue
        source = places[link.row]
        # other rows end in a chip that names what becomes of their state
        if source.row.aside:
            vectors[number] = source
    return vectors


def middle_of(columns: Sequence[Column]) -> float:
    """Return the x in the middle of columns."""
    return (columns[0].x + columns[-1].x) / 2


def box_around(columns: Sequence[Column], text: str) -> tuple[float, float]:
    """Return the left and the right edge of a box over columns in which a text has room."""
    room = text_width(text, SHAPE_TEXT) + SHAPE_EDGE
    over_columns = columns[-1].x - columns[0].x + BOX
    width = max(over_columns, room)
    # a text that is wider than the columns reaches beyond them on both sides
    left = middle_of(columns) - width / 2
    return left, left + width
