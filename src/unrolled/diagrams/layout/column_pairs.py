"""Which column of one row gives to which column of another, as it was measured."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np

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
    row = place.row
    ups = source.columns[batch]
    downs = place.columns[batch]
    is_label = isinstance(row, LabelRow)
    from_box = isinstance(source.row, BoxRow)
    if from_box and row.timesteps and not is_label:
        return _out_of_box(ups, downs)
    if from_box or isinstance(row, BoxRow):
        # nobody can tell which part of a box is which step
        return [_between(ups, downs)]
    outputs = source.outputs(batch)
    if not isinstance(row, LabelRow):
        return _connected(outputs, downs, link.connection)
    # labels of one step over an output of several
    loses_steps = source.row.returns_steps and not row.returns_steps
    if row.fits and loses_steps:
        # a loss that pairs them in a way of its own reads every step
        last = drawn(downs)[-1:]
        return list(product(drawn(outputs), last))
    return _to_labels(outputs, downs)


def _connected(
    ups: Sequence[Column],
    downs: Sequence[Column],
    connection: Connection | None,
) -> list[Pair]:
    """Return the arrows into every drawn column, from the columns that it reads."""
    everything = drawn(ups)
    pairs: list[Pair] = []
    for down in drawn(downs):
        # where it is not known, any step may read any other one
        read = everything
        if connection is not None:
            # a row without time stands in the column of its source, whose t is none of its own
            step = min(down.index, connection.steps - 1)
            steps = connection.reads(step)
            if len(steps) < connection.source_steps:
                # an arrow comes from the dots too, where it reads a step that they hide
                read = _columns_of(steps, ups)
        pairs += product(read, [down])
    return pairs


def _columns_of(steps: Array, columns: Sequence[Column]) -> list[Column]:
    """Return the columns of some steps; the dots stand for the steps that they hide."""
    count = len(steps)
    if count > MOST:
        # a window without holes is seen by its ends
        first = steps[0]
        last = steps[-1]
        is_window = last - first == count - 1
        if is_window:
            steps = np.array([first, last])
    by_step = {column.t: column for column in columns}
    # they stand for every step that has no column of its own
    dots = by_step.get(None)
    found = [by_step.get(step, dots) for step in steps.tolist()]
    each_once = dict.fromkeys(found)
    return list(filter(None, each_once))


def _out_of_box(ups: Sequence[Column], downs: Sequence[Column]) -> list[Pair]:
    """Return an arrow into every column, from the box under it."""
    left = ups[0].x
    right = ups[-1].x
    pairs = []
    for down in drawn(downs):
        # straight up where it can be
        x = down.x
        is_above = left <= x <= right
        if not is_above:
            x = middle_of(ups)
        start = Column(x, None)
        pairs.append((start, down))
    return pairs


def _to_labels(ups: Sequence[Column], downs: Sequence[Column]) -> list[Pair]:
    """Return the arrows from an output to its labels."""
    above = {down.x: down for down in drawn(downs)}
    # labels that do not fit have no label over some outputs
    pairs = []
    for up in drawn(ups):
        down = above.get(up.x)
        if down is not None:
            pairs.append((up, down))
    return pairs


def _between(ups: Sequence[Column], downs: Sequence[Column]) -> Pair:
    """Return one arrow between two rows whose columns have nothing to do with each other."""
    # where both have columns
    left = max(ups[0].x, downs[0].x)
    right = min(ups[-1].x, downs[-1].x)
    if left > right:
        # no column of one stands over one of the other
        up = Column(middle_of(ups), None)
        down = Column(middle_of(downs), None)
        return up, down
    middle = Column((left + right) / 2, None)
    return middle, middle
