"""Encoder and decoder side by side: which rows belong to the decoder, and which states go over to which layer."""

from __future__ import annotations

from collections.abc import Sequence

from unrolled.diagrams.rows.rows import Row


def split_segments(rows: Sequence[Row]) -> None:
    """Set ``segment`` of each row: 1 for decoders that start from an encoder's final states, and all above and below.

    A decoder with the rows it alone reads, and every row that depends on it, form the second segment. Several
    batches side by side leave no room for it: then all rows stay in the first one.
    """
    if any(len(row.calls) > 1 for row in rows):
        return
    pairs = [(source, row) for row in rows for source in _givers(row)]
    encoders = set().union(*(_ancestors(source) for source, _ in pairs)) if pairs else set()
    decoders = {id(row) for _, row in pairs}
    if encoders & decoders:
        return
    for row in rows:
        above = bool(_ancestors(row) & decoders)
        below = any(id(row) in _ancestors(decoder) - encoders for _, decoder in pairs)
        row.segment = int(above or below)


def handed_over(row: Row) -> list[Row]:
    """Return the recurrent rows whose final states a row starts from: one where all its states come from one layer."""
    sources = {
        id(link.row): link.row for link in row.starts if link.row is not None and link.is_state
    }
    whole = len(sources) == 1 and len(row.starts) == len(getattr(row.call, "states", ()))
    return [r for r in sources.values() if whole and not r.call.go_backwards]  # type: ignore[attr-defined]


def _givers(row: Row) -> list[Row]:
    """Return the recurrent rows that a decoder's initial states come from, straight or by vectors in between."""
    if handed_over(row):
        return handed_over(row)
    alone = all(link.row is not None and link.row.aside for link in row.starts)
    if getattr(row.call, "go_backwards", True) or not alone:
        return []
    found: list[Row] = []
    todo = [link.row for link in row.starts if link.row is not None]
    while todo:
        for link in todo.pop().links:
            if link.is_state and link.row is not None:
                found.append(link.row)
            elif link.row is not None and link.row.aside:
                todo.append(link.row)
    return found


def _ancestors(row: Row) -> set[int]:
    """Return the ids of a row and of all rows it depends on."""
    found: set[int] = set()
    todo = [row]
    while todo:
        here = todo.pop()
        if id(here) not in found:
            found.add(id(here))
            todo += [link.row for link in (*here.links, *here.starts) if link.row is not None]
            todo += here.masks
    return found
