"""A picture of many rows is folded, so that it can be seen at once; the words name every layer.

A layer that only adjusts the values of the one below it (normalisation, activation, dropout) shares
its row; of blocks that repeat the first and the last are drawn. What a picture is for is never
hidden: a recurrent layer, attention, an output, a row where the time axis changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter

from unrolled.diagrams.rows.parts import PASSES, Link
from unrolled.diagrams.rows.rows import (
    BoxRow,
    Row,
    StepsRow,
    VectorRow,
)

FEW = 16  # rows that are all drawn: as many fit on a page
LONGEST = 12  # rows of a block that are looked for
BLOCKS = 4  # blocks that repeat at least so often are folded: two of them stay


def fold_rows(rows: Sequence[Row]) -> list[Row]:
    """Return the rows to draw, fewer ones where there are many."""
    if len(rows) <= FEW:
        return list(rows)
    # the layers of a block may differ in what adjusts them, so that comes first
    fewer = _fold_adjustments(rows)
    return _fold_blocks(fewer)


def _fold_adjustments(rows: Sequence[Row]) -> list[Row]:
    """Put layers that only adjust values into the row of the layer before."""
    read: list[int | None] = []
    for row in rows:
        links = (*row.links, *row.starts)
        read += map(attrgetter("row"), links)
        read += row.masks
    readers = Counter(read)
    folded: dict[int, Row] = {}
    for row in rows:
        shown = row
        below = _find_adjusted(row, folded)
        # where another row reads the one below too, it needs the values before they are adjusted
        if below is not None and readers[below.key] == 1:
            del folded[below.key]
            shown = _join(below, row)
        folded[row.key] = shown
    return list(folded.values())


def _find_adjusted(row: Row, rows: Mapping[int, Row]) -> Row | None:
    """Return the row whose values a row only adjusts, step by step; None where it does more."""
    if not row.adjusts:
        return None
    if row.aside:
        # it stands apart from the columns, where there is room
        return None
    if len(row.below) != 1:
        # operations in call() may put several rows into its one input
        return None
    below = rows.get(row.below[0])
    if below is None:
        # it stands further up, in the other segment
        return None
    if not all(map(_is_plain, (below, row))):
        # what the picture is for stays as it is
        return None
    place = (row.timesteps, row.segment)
    if place != (below.timesteps, below.segment):
        # the values of one do not stand where those of the other one do
        return None
    connection = row.links[0].connection
    if connection is None:
        # nobody knows which steps it reads
        return None
    if not connection.is_straight:
        # such as a Softmax over the axis of time, which mixes the steps
        return None
    return below


def _is_plain(row: Row) -> bool:
    """Return whether a row shows values, but is no input, neither recurrent nor attention."""
    if isinstance(row, StepsRow):
        # attention has lines or squares of its own
        return not row.attention
    return isinstance(row, VectorRow)


def _join(below: Row, row: Row) -> Row:
    """Return one row for two: what the lower one reads, what the upper one returns."""
    # of its details the name is enough
    names = [text for text in row.details if text.startswith("name=")]
    added = [f"+ {row.title}", *names]
    if row.weights:
        # those of the row below are in its own lines
        added.append(f"{row.weights} weights")
    shown = row
    notes = dict.fromkeys((*row.notes, *below.notes))
    if PASSES in row.notes:
        # the values are those of the row below, which need no sign that they pass
        shown = below
        added.append("passes its input unchanged")
        del notes[PASSES]
    line = ", ".join(added)
    return replace(
        shown,
        key=row.key,
        name=row.name,
        title=below.title,
        is_code=below.is_code,
        details=(*below.details, line),
        notes=tuple(notes),
        links=below.links,
        masks=below.masks,
    )


def _fold_blocks(rows: Sequence[Row]) -> list[Row]:
    """Put the middle of blocks that repeat into one row."""
    signs = list(map(_sign, rows))
    shown: list[Row] = []
    # by the key of a row that is left out the key of the row that stands for it; the last one of
    # them gives that row its own key
    moved: dict[int | None, int] = {}
    index = 0
    while index < len(rows):
        length, count = _find_blocks(signs, index)
        # the first block stays, or the one row where nothing repeats
        middle = index + length
        shown += rows[index:middle]
        index = middle
        if count > 1:
            # the last block stays too: its values go on into the rows above
            last = middle + length * (count - 2)
            hidden = rows[middle:last]
            left_out = _more_like_this(hidden, length)
            shown.append(left_out)
            for row in hidden[:-1]:
                moved[row.key] = left_out.key
            index = last + length
            shown += rows[last:index]
    return [_relink(row, moved) for row in shown]


def _sign(row: Row) -> Hashable:
    """Return what is alike in rows that repeat; the row itself where it must not be hidden."""
    if row.is_output:
        # this is what the picture is for
        return row
    if not row.is_layer:
        # inputs and labels
        return row
    if _is_plain(row) or isinstance(row, BoxRow):
        # how many values they hold may differ, as it does where each block adds to those before
        return row.title, row.segment, row.timesteps
    return row


def _find_blocks(signs: Sequence[Hashable], start: int) -> tuple[int, int]:
    """Return the length of a block that repeats from a row on, and how often; 1, 1 without one."""
    # the shortest block comes first: what repeats every row repeats every second one too
    for length in range(1, LONGEST + 1):
        end = start + length
        block = signs[start:end]
        # a row that must not be hidden is like no other one, so that it ends what repeats
        while signs[end : end + length] == block:
            end += length
        # the block itself counts
        count = (end - start) // length
        if count >= BLOCKS:
            return length, count
    return 1, 1


def _more_like_this(rows: Sequence[Row], length: int) -> Row:
    """Return one row for blocks that are left out. It has the key of the last row in it."""
    # what comes after the blocks reads the last row, so that its key and its shape stand for all
    last = rows[-1]
    count = len(rows) // length
    title = f"{count} more like this"
    shape = f"{count} rows"
    if length > 1:
        shape = f"{count} × {length} rows"
    titles: list[str] = []
    links: list[Link] = []
    inside: set[int | None] = set()
    for row in rows:
        titles.append(row.title)
        inside.add(row.key)
        # arrows from one of them to another one are hidden with them
        links += [link for link in row.links if link.row not in inside]
    return BoxRow(
        key=last.key,
        name=title,
        title=f"… {title}",
        axes=last.axes,
        details=tuple(titles[:length]),
        links=tuple(links),
        batches=last.batches,
        segment=last.segment,
        shapes=(shape,) * last.batches,
    )


def _relink(row: Row, moved: Mapping[int | None, int]) -> Row:
    """Return a row that reads the row of the blocks left out, where it read one of them."""
    is_box = isinstance(row, BoxRow)
    links: dict[tuple[int | None, int], Link] = {}
    for number, link in enumerate(row.links):
        # a row may read another one twice, and each time has an arrow of its own
        place = (link.row, -1 - number)
        if is_box:
            place = (link.row, link.part)
        if link.row in moved:
            # of all that it reads of the blocks left out one arrow is enough
            source = moved[link.row]
            place = (source, link.part)
            link = replace(link, row=source, connection=None)
        links[place] = link
    masks = [moved.get(key, key) for key in row.masks]
    return replace(row, links=tuple(links.values()), masks=tuple(masks))
