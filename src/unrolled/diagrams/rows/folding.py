"""A picture of many rows is folded, so that it can be seen at once; the words name every layer.

A layer that only adjusts the values of the one below it (normalisation, activation, dropout) shares
its row; of blocks that repeat the first and the last are drawn. What a picture is for is never
hidden: a recurrent layer, attention, an output, a row where the time axis changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from unrolled.diagrams.rows.rows import (
    BoxRow,
    Link,
    Row,
    StepsRow,
    ValuesRow,
    VectorRow,
)

FEW = 16  # rows that are all drawn: as many fit on a page
LONGEST = 12  # rows of a block that are looked for
BLOCKS = 4  # blocks that repeat at least so often are folded: two of them stay


def fold_rows(rows: Sequence[Row]) -> list[Row]:
    """Return the rows to draw, fewer ones where there are many."""
    if len(rows) <= FEW:
        return list(rows)
    return _fold_blocks(_fold_adjustments(rows))


def _fold_adjustments(rows: Sequence[Row]) -> list[Row]:
    """Put layers that only adjust values into the row of the layer before."""
    readers = Counter(key for row in rows for key in _all_read(row))
    folded: dict[int, Row] = {}
    for row in rows:
        below = folded.get(row.below[0]) if len(row.below) == 1 else None
        if (
            below is not None
            and readers[below.key] == 1
            and _shares_row(below, row)
        ):
            del folded[below.key]
            row = _join(below, row)
        folded[row.key] = row
    return list(folded.values())


def _all_read(row: Row) -> list[int]:
    starts = [link.row for link in row.starts if link.row is not None]
    return [*row.below, *row.masks, *starts]


def _shares_row(below: Row, row: Row) -> bool:
    """Return whether a row only adjusts the values of the row below it, step by step."""
    if not row.adjusts or not _is_plain(below) or not _is_plain(row):
        return False
    if (
        below.timesteps != row.timesteps
        or below.segment != row.segment
        or row.aside
    ):
        return False
    connection = row.links[0].connection
    return connection is not None and connection.is_straight


def _is_plain(row: Row) -> bool:
    """Return whether a row shows the values of a layer that is neither recurrent nor attention."""
    if isinstance(row, StepsRow):
        return row.is_layer and not row.attention
    return isinstance(row, VectorRow) and row.is_layer


def _may_be_hidden(row: Row) -> bool:
    return _is_plain(row) or (isinstance(row, BoxRow) and row.is_layer)


def _join(below: Row, row: Row) -> Row:
    """Return one row for two: what the lower one reads, what the upper one returns."""
    said = [
        f"+ {row.title}",
        *(detail for detail in row.details if detail.startswith("name=")),
    ]
    if row.weights:
        said.append(f"{row.weights} weights")
    passes = isinstance(row, ValuesRow) and row.passes
    if passes:
        said.append("passes its input unchanged")
    details = (*below.details, ", ".join(said))
    notes = tuple(dict.fromkeys((*row.notes, *below.notes)))
    shown = row
    if passes:
        # the values are those of the row below, which need no sign that they pass
        shown = below
        notes = tuple(
            note
            for note in notes
            if not note.short().startswith("passes its input")
        )
    return replace(
        shown,
        key=row.key,
        name=row.name,
        title=below.title,
        is_code=below.is_code,
        details=details,
        notes=notes,
        links=below.links,
        masks=below.masks,
    )


def _fold_blocks(rows: Sequence[Row]) -> list[Row]:
    """Put the middle of blocks that repeat into one row."""
    folded: list[Row] = []
    moved: dict[int, int] = {}
    index = 0
    while index < len(rows):
        length, count = _find_blocks(rows, index)
        if not count:
            folded.append(_relink(rows[index], moved))
            index += 1
            continue
        first, last = index + length, index + length * (count - 1)
        middle = rows[first:last]
        folded += [_relink(row, moved) for row in rows[index:first]]
        folded.append(_relink(_more_like_this(middle, length), moved))
        moved |= {row.key: middle[-1].key for row in middle}
        folded += [_relink(row, moved) for row in rows[last : last + length]]
        index = last + length
    return folded


def _find_blocks(rows: Sequence[Row], start: int) -> tuple[int, int]:
    """Return the length of a block that repeats from a row on, and how often; 0, 0 without one."""
    for length in range(1, LONGEST + 1):
        count = 1
        while _repeats(rows, start, start + count * length, length):
            count += 1
        if count >= BLOCKS:
            return length, count
    return 0, 0


def _repeats(rows: Sequence[Row], start: int, at: int, length: int) -> bool:
    """Return whether the rows at a place are those at the start again, and may be hidden."""
    if at + length > len(rows):
        return False
    pairs = zip(
        rows[start : start + length], rows[at : at + length], strict=True
    )
    return all(_is_like(first, again) for first, again in pairs)


def _is_like(first: Row, again: Row) -> bool:
    if not _may_be_hidden(first) or not _may_be_hidden(again):
        return False
    if first.is_output or again.is_output:
        return False
    is_same_place = (
        first.segment == again.segment and first.timesteps == again.timesteps
    )
    return is_same_place and first.title == again.title


def _more_like_this(rows: Sequence[Row], length: int) -> Row:
    """Return one row for blocks that are left out. It has the key of the last row in it."""
    count = len(rows) // length
    last = rows[-1]
    inside = {row.key for row in rows}
    links = [
        link for row in rows for link in row.links if link.row not in inside
    ]
    titles = [row.title for row in rows[:length]]
    return BoxRow(
        key=last.key,
        name=f"{count} more like this",
        title=f"… {count} more like this",
        axes=last.axes,
        details=tuple(titles),
        links=tuple(links),
        batches=last.batches,
        segment=last.segment,
        shapes=(f"{count} × {length} rows" if length > 1 else f"{count} rows",)
        * last.batches,
    )


def _relink(row: Row, moved: Mapping[int, int]) -> Row:
    """Return a row that reads the row of the blocks left out, where it read one of them."""
    links: dict[tuple[int | None, int], Link] = {}
    for number, link in enumerate(row.links):
        key = None if link.row is None else moved.get(link.row, link.row)
        is_hidden = key != link.row
        # a row may read another one twice, but the row of blocks left out needs one arrow
        place = (
            (key, link.part)
            if is_hidden or isinstance(row, BoxRow)
            else (key, -1 - number)
        )
        links[place] = (
            replace(link, row=key, connection=None) if is_hidden else link
        )
    masks = tuple(moved.get(key, key) for key in row.masks)
    return replace(row, links=tuple(links.values()), masks=masks)
