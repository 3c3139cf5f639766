"""Which columns a row holds: one for each step, the one where its source ends, or a whole width."""

from __future__ import annotations

from unrolled.diagrams.layout.grids import Column, Grid
from unrolled.diagrams.layout.placed_rows import PlacedRow
from unrolled.diagrams.rows.rows import BoxRow, InputRow, Row

# for each batch, from left to right
Columns = list[list[Column]]


def find_columns(row: Row, places: dict[int, PlacedRow], grid: Grid) -> Columns:
    """Return the columns of a row for each batch; a vector stands where its source ends.

    places: the rows that are placed already.
    """
    if row.aside:
        # a single column, as nothing stands aside of several batches
        x = grid.aside(row.segment)
        return [[Column(x, None)]]
    if row.timesteps:
        return grid.columns(row.timesteps, row.segment)
    below = []
    for key in row.below:
        # a row of the encoder may read what stands with the decoder, which is placed later
        place = places.get(key)
        if place is not None:
            below.append(place)
    if not below:
        return _own_columns(row, grid)
    # what ends farthest at the right is of the row's own segment, where one is
    rightmost = max(below, key=lambda place: place.end(0).x)
    columns = []
    for batch in range(row.batches):
        end = rightmost.end(batch)
        columns.append([end])
    if isinstance(row, BoxRow):
        # a box stands over all that it reads
        return _widest_below(row, columns, places)
    return columns


def _own_columns(row: Row, grid: Grid) -> Columns:
    """Return the columns of a row that reads nothing: the whole width, or one end."""
    slots_of_segments = grid.slots, grid.second
    slots = slots_of_segments[row.segment]
    whole = grid.columns(slots, row.segment)
    if isinstance(row, BoxRow):
        return whole
    # a result stands where time ends
    end = -1
    if isinstance(row, InputRow):
        # and an input where it begins
        end = 0
    return [[columns[end]] for columns in whole]


def _widest_below(
    row: BoxRow, columns: Columns, places: dict[int, PlacedRow]
) -> Columns:
    """Return the columns of the widest row that a box reads as data, or those that it has."""
    # of two that are as wide the first one counts
    widest = columns
    for link in row.links:
        if link.is_state:
            # a final state is a vector, however many steps its layer has
            continue
        if link.row not in places:
            # nobody can see it, or it is placed later
            continue
        place = places[link.row]
        # a recurrent layer has a column for each step, but may return the last one alone
        has_steps = place.row.returns_steps or isinstance(place.row, BoxRow)
        is_wider = len(place.columns[0]) > len(widest[0])
        if has_steps and is_wider:
            widest = place.columns
    return widest
