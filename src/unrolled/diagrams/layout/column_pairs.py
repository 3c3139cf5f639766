"""Which column of one row gives to which column of another, as it was measured."""

from __future__ import annotations

from collections.abc import Sequence

from unrolled.diagrams.layout.grids import Column
from unrolled.diagrams.layout.places import PlacedRow
from unrolled.diagrams.rows.rows import (
    Array,
    BoxRow,
    Connection,
    LabelRow,
    Link,
    RecurrentRow,
)
from unrolled.scenes.shapes import Line, Shape

Pair = tuple[Column, Column]
MOST = 5  # steps of a window that all get an arrow; of a longer one the first and the last
GHOST = 30.0  # length of the line of an output that is dropped


def pair_columns(
    source: PlacedRow, place: PlacedRow, link: Link, batch: int
) -> list[Pair]:
    """Return the columns to join by arrows."""
    if isinstance(source.row, BoxRow) or isinstance(place.row, BoxRow):
        return _at_boxes(source, place, batch)
    if isinstance(place.row, LabelRow):
        return _to_labels(source, place, batch)
    ups = [source.end(batch)]
    if source.row.returns_steps:
        ups = source.columns[batch]
    downs = place.columns[batch]
    if link.connection is not None:
        return _connected(ups, downs, link.connection)
    # any step may read any other one
    return [(up, down) for down in drawn(downs) for up in drawn(ups)]


def _at_boxes(source: PlacedRow, place: PlacedRow, batch: int) -> list[Pair]:
    """Return the arrows out of a box, or into one."""
    has_columns = place.row.timesteps is not None and not isinstance(
        place.row, LabelRow
    )
    if isinstance(source.row, BoxRow) and has_columns:
        return _out_of_box(source, place, batch)
    return [_between(source, place, batch)]


def dropped_outputs(source: PlacedRow) -> list[Shape]:
    """Return the outputs that a layer computes and drops, as ghosts."""
    if not isinstance(source.row, RecurrentRow) or source.row.sequences:
        return []
    ghosts: list[Shape] = []
    for batch, columns in enumerate(source.columns):
        last = source.end(batch).x
        for column in drawn(columns):
            if column.x != last:
                points = (
                    (column.x, source.top - 2),
                    (column.x, source.top - GHOST),
                )
                ghosts.append(Line(points, "ghost", weight=1.2, dashed=True))
    return ghosts


def drawn(columns: Sequence[Column]) -> list[Column]:
    """Return the columns without the dots of those that are left out."""
    return [column for column in columns if not column.hidden]


def _connected(
    ups: Sequence[Column], downs: Sequence[Column], connection: Connection
) -> list[Pair]:
    """Return the arrows into every drawn column, from the columns that it reads."""
    pairs: list[Pair] = []
    for down in drawn(downs):
        read = connection.reads(0 if connection.steps == 1 else down.t or 0)
        if connection.source_steps == 1:
            pairs += [(ups[-1], down)] if len(read) else []
        elif len(read) == connection.source_steps:
            pairs += [(up, down) for up in drawn(ups)]
        else:
            pairs += [(up, down) for up in _columns_of(read, ups)]
    return pairs


def _columns_of(steps: Array, columns: Sequence[Column]) -> list[Column]:
    """Return the columns of some steps; the dots stand for the steps that they hide."""
    is_window = len(steps) > MOST and steps[-1] - steps[0] == len(steps) - 1
    picked = [steps[0], steps[-1]] if is_window else steps
    by_step = {column.t: column for column in columns if not column.hidden}
    dots = next((column for column in columns if column.hidden), None)
    found: dict[float, Column] = {}
    for step in picked:
        column = by_step.get(int(step), dots)
        if column is not None:
            found[column.x] = column
    return list(found.values())


def _out_of_box(source: PlacedRow, place: PlacedRow, batch: int) -> list[Pair]:
    """Return an arrow into every column, from the box under it."""
    left, right = source.columns[batch][0].x, source.columns[batch][-1].x
    center = source.center(batch)
    return [
        (Column(down.x if left <= down.x <= right else center, None), down)
        for down in drawn(place.columns[batch])
    ]


def _to_labels(source: PlacedRow, place: PlacedRow, batch: int) -> list[Pair]:
    """Return the arrows from an output to its labels."""
    ups = [source.end(batch)]
    if source.row.returns_steps:
        ups = drawn(source.columns[batch])
    downs = drawn(place.columns[batch])
    fits = isinstance(place.row, LabelRow) and place.row.fits
    if fits and source.row.returns_steps and not place.row.returns_steps:
        # a loss that pairs them in a way of its own reads every step
        return [(up, downs[-1]) for up in ups]
    return [(up, down) for up in ups for down in downs if up.x == down.x]


def _between(source: PlacedRow, place: PlacedRow, batch: int) -> Pair:
    """Return one arrow between two rows whose columns have nothing to do with each other."""
    ups, downs = source.columns[batch], place.columns[batch]
    left, right = max(ups[0].x, downs[0].x), min(ups[-1].x, downs[-1].x)
    if left > right:
        return Column(source.center(batch), None), Column(
            place.center(batch), None
        )
    middle = (left + right) / 2
    return Column(middle, None), Column(middle, None)
