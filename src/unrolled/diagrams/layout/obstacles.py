"""What stands in the way of an arrow, and where one passes beside it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from unrolled.diagrams.layout.placed_rows import PlacedRow
from unrolled.scenes.sizes import BOX

Numbers = NDArray[np.float64]
# the two ends of each of several stretches: the sides of boxes, or the heights of ways
Ends = Numbers

# offsets of an arrow that passes beside boxes: near and far, right and left, so that four ways fit
# between two columns (40 pixels) and none touches a frame
OFFSETS = (BOX / 2 + 6, -BOX / 2 - 6, BOX / 2 + 11, -BOX / 2 - 11)


@dataclass
class Obstacles:
    """The rows that arrows pass, and the ways beside them that are taken already.

    Attributes
    ----------
    places : sequence of PlacedRow
        The rows.
    taken : dict
        For each segment and offset the heights between which arrows pass there.
    """

    places: Sequence[PlacedRow]
    taken: defaultdict[tuple[int, float], list[tuple[float, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def boxes_between(self, source: PlacedRow, place: PlacedRow) -> Ends:
        """Return the sides of the boxes between two rows, of which source is the lower one.

        Shape (boxes, 2): left and right.
        """
        top = place.bottom
        bottom = source.top
        boxes: list[tuple[float, float]] = []
        for other in self.places:
            if top < other.middle < bottom:
                boxes += other.boxes()
        return np.reshape(boxes, (-1, 2))

    def find_offset(
        self, source: PlacedRow, place: PlacedRow, xs: Numbers
    ) -> float:
        """Return how far beside their columns arrows pass; 0 where no room is left.

        xs: where the columns stand. Two ways never run together, and none goes through a box
        without columns, which may be wide.
        """
        boxes = self.boxes_between(source, place)
        top = place.bottom
        bottom = source.top
        for offset in OFFSETS:
            ways = xs + offset
            taken = self.taken[place.row.segment, offset]
            heights = np.reshape(taken, (-1, 2))
            meets_box = meet(boxes, ways, ways).any()
            meets_way = meet(heights, top, bottom).any()
            if not (meets_box or meets_way):
                taken.append((top, bottom))
                return offset
        return 0.0


def meet(
    ends: Ends, low: float | Numbers, high: float | Numbers
) -> NDArray[np.bool_]:
    """Return whether ways from low to high, which may be the same, meet one of the stretches.

    ends: shape (stretches, 2). low, high: shape (ways,), or numbers for a single way. Returns shape
    (ways,).

    >>> boxes = np.array([[0.0, 10.0], [20.0, 30.0]])
    >>> meet(boxes, np.array([12.0, 12.0, 25.0]), np.array([18.0, 21.0, 25.0]))
    array([False,  True,  True])
    """
    # one row for each stretch, one column for each way
    starts = ends[:, :1]
    stops = ends[:, 1:]
    begins_before = starts < high
    goes_on_after = low < stops
    meeting: NDArray[np.bool_] = np.any(begins_before & goes_on_after, axis=0)
    return meeting
