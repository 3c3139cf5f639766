"""A picture of many rows is folded, so that it can be seen at once; the words name every layer.

A layer that only adjusts the values of the one below it (normalisation, activation, dropout) shares
its row; of blocks that repeat the first and the last are drawn. What a picture is for is never
hidden: a recurrent layer, attention, an output, a row where the time axis changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace

from unrolled.diagrams.rows.parts import PASSES, Link
from unrolled.diagrams.rows.rows import (
    BoxRow,
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
    readers: Counter[int | None] = Counter()
    for row in rows:
        readers.update(row.below)
        readers.update(row.masks)
        readers.update(link.row for link in row.starts)
    folded: dict[int, Row] = {}
    for row in rows:
        below = _find_adjusted(row, folded)
        if below is None or readers[below.key] > 1:
            folded[row.key] = row
        else:
            del folded[below.key]
            folded[row.key] = _join(below, row)
    return list(folded.values())


def _find_adjusted(row: Row, rows: Mapping[int, Row]) -> Row | None:
    """Return the row whose values a row only adjusts, step by step; None where it does more."""
    if not row.adjusts or not _is_plain(row) or len(row.below) != 1:
        return None
    below = rows.get(row.below[0])
    if below is None or not _is_plain(below):
        return None
    if (below.timesteps, below.segment) != (row.timesteps, row.segment):
        return None
    connection = row.links[0].connection
    if connection is None or not connection.is_straight or row.aside:
        return None
    return below


def _is_plain(row: Row) -> bool:
    """Return whether a row shows the values of a layer that is neither recurrent nor attention."""
    if isinstance(row, StepsRow) and row.attention:
        return False
    return isinstance(row, (StepsRow, VectorRow)) and row.is_layer


def _join(below: Row, row: Row) -> Row:
    """Return one row for two: what the lower one reads, what the upper one returns."""
    names = [text for text in row.details if text.startswith("name=")]
    added = [f"+ {row.title}", *names]
    if row.weights:
        added.append(f"{row.weights} weights")
    shown = row
    notes = dict.fromkeys((*row.notes, *below.notes))
    if isinstance(row, ValuesRow) and row.passes:
        # the values are those of the row below, which need no sign that they pass
        shown = below
        added.append("passes its input unchanged")
        notes.pop(PASSES, None)
    return replace(
        shown,
        key=row.key,
        name=row.name,
        title=below.title,
        is_code=below.is_code,
        details=(*below.details, ", ".join(added)),
        notes=tuple(notes),
        links=below.links,
        masks=below.masks,
    )


def _fold_blocks(rows: Sequence[Row]) -> list[Row]:
    """Put the middle of blocks that repeat into one row."""
    signs = list(map(_sign, rows))
    folded: list[Row] = []
    moved: dict[int | None, int] = {}
    index = 0
    while index < len(rows):
        length, count = _find_blocks(signs, index)
        # of blocks that repeat the first and the last stay, else the one row
        middle = index + length
        last = middle + length * (count - 2)
        end = last + length
        folded += [_relink(row, moved) for row in rows[index:middle]]
        if count > 1:
            hidden = rows[middle:last]
            folded.append(_relink(_more_like_this(hidden, length), moved))
            keys = [row.key for row in hidden]
            moved |= dict.fromkeys(keys, keys[-1])
            folded += [_relink(row, moved) for row in rows[last:end]]
        index = max(middle, end)
    return folded


def _sign(row: Row) -> Hashable:
    """Return what is alike in rows that repeat; the row itself where it must not be hidden."""
    is_plain = _is_plain(row) or isinstance(row, BoxRow)
    if row.is_output or not row.is_layer or not is_plain:
        return row
    return row.title, row.segment, row.timesteps


def _find_blocks(signs: Sequence[Hashable], start: int) -> tuple[int, int]:
    """Return the length of a block that repeats from a row on, and how often; 1, 1 without one."""
    for length in range(1, LONGEST + 1):
        block = signs[start : start + length]
        end = start + length
        while signs[end : end + length] == block:
            end += length
        count = (end - start) // length
        if count >= BLOCKS:
            return length, count
    return 1, 1


def _more_like_this(rows: Sequence[Row], length: int) -> Row:
    """Return one row for blocks that are left out. It has the key of the last row in it."""
    last = rows[-1]
    count = len(rows) // length
    shape = f"{count} rows"
    if length > 1:
        shape = f"{count} × {length} rows"
    links: list[Link] = []
    inside: set[int | None] = set()
    for row in rows:
        inside.add(row.key)
        links += [link for link in row.links if link.row not in inside]
    return BoxRow(
        key=last.key,
        name=f"{count} more like this",
        title=f"… {count} more like this",
        axes=last.axes,
        details=tuple(row.title for row in rows[:length]),
        links=tuple(links),
        batches=last.batches,
        segment=last.segment,
        shapes=(shape,) * last.batches,
    )


def _relink(row: Row, moved: Mapping[int | None, int]) -> Row:
    """Return a row that reads the row of the blocks left out, where it read one of them."""
    links: dict[tuple[int | None, int], Link] = {}
    for number, link in enumerate(row.links):
        source = moved.get(link.row, link.row)
        is_hidden = source != link.row
        if is_hidden:
            link = replace(link, row=source, connection=None)
        # a row may read another one twice, but the row of blocks left out needs one arrow
        place = (source, -1 - number)
        if is_hidden or isinstance(row, BoxRow):
            place = (source, link.part)
        links[place] = link
    masks = tuple(moved.get(key, key) for key in row.masks)
    return replace(row, links=tuple(links.values()), masks=masks)
