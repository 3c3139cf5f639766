"""Which column of one row gives to which column of another, as it was measured."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from unrolled.diagrams.layout.grids import Column, drawn
from unrolled.diagrams.layout.placed_rows import PlacedRow, middle_of
from unrolled.diagrams.rows.parts import Array, Connection, Link
from unrolled.diagrams.rows.rows import BoxRow, LabelRow

Pair = tuple[Column, Column]
MOST = 5  # steps of a window that all get an arrow; of a longer one the first and the last


def pair_columns(
    source: PlacedRow, place: PlacedRow, link: Link, batch: int
) -> list[Pair]:
    """Return the columns to join by arrows."""
    ups, downs = source.columns[batch], place.columns[batch]
    from_box = isinstance(source.row, BoxRow)
    is_label = isinstance(place.row, LabelRow)
    if from_box and place.row.timesteps and not is_label:
        return _out_of_box(ups, downs)
    if from_box or isinstance(place.row, BoxRow):
        return [_between(ups, downs)]
    if is_label:
        return _to_labels(source, place, batch)
    if link.connection is not None:
        return _connected(source.outputs(batch), downs, link.connection)
    # any step may read any other one
    outputs = drawn(source.outputs(batch))
    return [(up, down) for down, up in product(drawn(downs), outputs)]


def _connected(
    ups: Sequence[Column], downs: Sequence[Column], connection: Connection
) -> list[Pair]:
    """Return the arrows into every drawn column, from the columns that it reads."""
    pairs = []
    for down in drawn(downs):
        # a row without time stands in the column of its source, whose t is none of its own
        step = min(down.t or 0, connection.steps - 1)
        steps = connection.reads(step)
        read = drawn(ups)
        if len(steps) < connection.source_steps:
            read = _columns_of(steps, ups)
        pairs += [(up, down) for up in read]
    return pairs


def _columns_of(steps: Array, columns: Sequence[Column]) -> list[Column]:
    """Return the columns of some steps; the dots stand for the steps that they hide."""
    if len(steps) > MOST and steps[-1] - steps[0] == len(steps) - 1:
        steps = steps[[0, -1]]
    by_step = {column.t: column for column in columns}
    dots = by_step.get(None)
    found = [by_step.get(step, dots) for step in steps.tolist()]
    return [column for column in dict.fromkeys(found) if column is not None]


def _out_of_box(ups: Sequence[Column], downs: Sequence[Column]) -> list[Pair]:
    """Return an arrow into every column, from the box under it."""
    left, right = ups[0].x, ups[-1].x
    middle = Column(middle_of(ups), None)
    pairs = []
    for down in drawn(downs):
        is_above = left <= down.x <= right
        start = Column(down.x, None) if is_above else middle
        pairs.append((start, down))
    return pairs


def _to_labels(source: PlacedRow, place: PlacedRow, batch: int) -> list[Pair]:
    """Return the arrows from an output to its labels."""
    ups = drawn(source.outputs(batch))
    downs = drawn(place.columns[batch])
    fits = isinstance(place.row, LabelRow) and place.row.fits
    loses_steps = source.row.returns_steps and not place.row.returns_steps
    if fits and loses_steps:
        # a loss that pairs them in a way of its own reads every step
        return [(up, downs[-1]) for up in ups]
    above = {down.x: down for down in downs}
    return [(up, above[up.x]) for up in ups if up.x in above]


def _between(ups: Sequence[Column], downs: Sequence[Column]) -> Pair:
    """Return one arrow between two rows whose columns have nothing to do with each other."""
    left, right = max(ups[0].x, downs[0].x), min(ups[-1].x, downs[-1].x)
    if left > right:
        return Column(middle_of(ups), None), Column(middle_of(downs), None)
    middle = Column((left + right) / 2, None)
    return middle, middle
