"""The ways of states and vectors from row to row, and the outputs that a layer drops."""

from __future__ import annotations

from unrolled.diagrams.layout.grids import Grid, drawn
from unrolled.diagrams.layout.obstacles import Ends, meet
from unrolled.diagrams.layout.placed_rows import PlacedRow
from unrolled.diagrams.layout.state_arrows import (
    name_state,
    state_end,
    state_role,
)
from unrolled.diagrams.layout.ways import INTO, OUT, SHIFTS, SIDE, TURN
from unrolled.diagrams.rows.rows import RecurrentRow
from unrolled.scenes.shapes import Line, Shape
from unrolled.scenes.sizes import BOX, Sizes

PAST = BOX / 2 + 8  # of an arrow that passes a box that stands aside
GHOST = 30.0  # length of the line of an output that is dropped
STATE_SHIFTS = 4  # final states one after the other are shifted
STATE_UNDER = 14.0  # a final state arrives below the lanes
NAME = 14.0  # from the first cell to the name of a state that comes from aside
WEIGHT = 1.8  # of a line that a state moves on


def draw_state(
    source: PlacedRow,
    place: PlacedRow,
    number: int,
    lane: int,
    grid: Grid,
    sizes: Sizes,
) -> list[Shape]:
    """Return the way of a final state from the chip at its end to the row that reads it."""
    name, x, y = state_end(source, number)
    shift = lane % STATE_SHIFTS
    over = grid.over(source.row.segment, lane)
    if x < source.columns[-1][0].x:
        # the layer reads backwards, its final states are at its left
        over = x - 8 - 4 * shift
    foot = place.bottom + place.foot
    below = foot + STATE_UNDER + (sizes.spread + 1) * shift
    # it arrives beside the arrows of data, from below
    end = place.columns[-1][-1].x + 6 * (lane % SHIFTS) - 6
    points = (
        (x, y),
        (over, y),
        (over, below),
        (end, below),
        (end, foot + INTO),
    )
    return [Line(points, state_role(name), weight=WEIGHT)]


def draw_start(
    source: PlacedRow, place: PlacedRow, number: int, boxes: Ends
) -> list[Shape]:
    """Return the way of a vector that stands aside into the first cell of a row.

    boxes: those between them, of which one may stand aside in the way.
    """
    name, _, y = state_end(place, number)
    middle = source.columns[0][0].x
    top = source.top
    # several states leave side by side
    x = middle + SIDE * (number - (len(place.row.starts) - 1) / 2)
    turns = [(x, y)]
    if meet(boxes, x, x).any():
        # another vector stands over this one: the way passes at its left
        past = middle - PAST - 5 * number
        turns = [(x, top - 8), (past, top - TURN), (past, y)]
    edge = place.columns[0][0].x - BOX / 2
    points = ((x, top - OUT), *turns, (edge, y))
    role = state_role(name)
    way = Line(points, role, weight=WEIGHT)
    return [way, name_state(edge - NAME, y - 4.5, name, role)]


def draw_dropped(source: PlacedRow) -> list[Shape]:
    """Return the outputs that a layer computes and drops, as ghosts."""
    if not isinstance(source.row, RecurrentRow) or source.row.sequences:
        return []
    top = source.top
    ghosts: list[Shape] = []
    for batch, columns in enumerate(source.columns):
        last = source.end(batch)
        for column in drawn(columns):
            # the last one is returned, and has an arrow of its own
            if column != last:
                points = (column.x, top - OUT), (column.x, top - GHOST)
                ghosts.append(Line(points, "ghost", weight=1.2, dashed=True))
    return ghosts
