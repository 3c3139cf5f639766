"""What stands in the way of an arrow, and where one passes beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from unrolled.diagrams.layout.grids import Column
from unrolled.diagrams.layout.placed_rows import PlacedRow
from unrolled.scenes.sizes import BOX

Edges = tuple[float, float]  # the left and the right one of a box

# offsets of an arrow that passes beside boxes: near and far, right and left, so that four ways fit
# between two columns (40 pixels) and none touches a frame
OFFSETS = (BOX / 2 + 6, -BOX / 2 - 6, BOX / 2 + 11, -BOX / 2 - 11)


@dataclass(frozen=True)
class _Way:
    """Where an arrow passes beside boxes: between two heights of a segment."""

    top: float
    bottom: float
    segment: int
    offset: float


@dataclass
class Obstacles:
    """The rows that arrows pass, and the ways beside them that are taken already."""

    places: Sequence[PlacedRow]
    _taken: list[_Way] = field(default_factory=list)

    def boxes_between(self, source: PlacedRow, place: PlacedRow) -> list[Edges]:
        """Return the boxes between two rows, of which source is the lower one."""
        top, bottom = place.bottom, source.top
        boxes: list[Edges] = []
        for other in self.places:
            if top < other.middle < bottom:
                boxes += other.boxes()
        return boxes

    def find_offset(
        self, source: PlacedRow, place: PlacedRow, columns: Sequence[Column]
    ) -> float:
        """Return how far beside its columns an arrow passes; 0 where no room is left.

        Two ways never run together, and none goes through a box without columns, which may be wide.
        """
        boxes = self.boxes_between(source, place)
        for offset in OFFSETS:
            way = _Way(place.bottom, source.top, place.row.segment, offset)
            xs = [column.x + offset for column in columns]
            is_open = not any(stand_between(boxes, x, x) for x in xs)
            if is_open and self._is_free(way):
                self._taken.append(way)
                return offset
        return 0.0

    def _is_free(self, way: _Way) -> bool:
        """Return whether no other arrow passes there."""
        for other in self._taken:
            is_same = (other.segment, other.offset) == (way.segment, way.offset)
            if is_same and other.top < way.bottom and way.top < other.bottom:
                return False
        return True


def stand_between(boxes: Sequence[Edges], low: float, high: float) -> bool:
    """Return whether a box stands between two x, which may be the same."""
    return any(left < high and low < right for left, right in boxes)
