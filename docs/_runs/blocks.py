"""What a run leaves for a page: tables and texts, in the form that run_tables.py shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Block = dict[str, Any]
Cell = str | list[str] | dict[str, str]
#: the last word of an axis's name -> the role of the site that colours it
COLOURS = {
    "batch": "batch",
    "timesteps": "timesteps",
    "features": "features",
    "units": "units",
    "filters": "units",
    "targets": "targets",
    "k": "targets",
}


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    filters: Sequence[str] = (),
    **start: str,
) -> Block:
    """Return a table whose cells are Markdown; a list is several lines.

    filters: the columns by which a reader may choose rows. start: what is chosen at first, by
    column.
    """
    return {
        "kind": "table",
        "head": list(head),
        "rows": list(map(list, rows)),
        "filters": list(filters),
        "start": start,
    }


def explained(error: str, known: str, text: str = "–") -> Cell:
    """Return a text whose ``{page}`` is the page of an error; ``text`` where it has none.

    The page is looked up when the results are put together: an edit in the catalogue runs nothing
    again.
    """
    return {"explain": error, "known": known, "text": text}


def axes(
    shape: Sequence[int], names: Mapping[int, str], *, sizes: bool = True
) -> str:
    """Return a shape with the name of each axis, coloured: ``(batch 2, units 4)``.

    sizes: without them ``(batch, units)``. names: by the size of the axis; an empty one is not
    said. Raises KeyError for a size without a name: no two axes of a run have the same size.
    """
    texts = []
    for size in shape:
        name = names[size]
        text = name
        if not name:
            text = str(size)
        elif sizes:
            text = f"{name} {size}"
        # "4 · units" has the colour of units
        _, _, last_word = name.rpartition(" ")
        if last_word in COLOURS:
            colour = COLOURS[last_word]
            text = f"{{{colour}}}`{text}`"
        texts.append(text)
    return f"({', '.join(texts)})"


def code(text: str) -> str:
    """Return a text as inline code, whatever quotes it holds.

    >>> code("a `b`")
    '`` a `b` ``'
    """
    if "`" not in text:
        return f"`{text}`"
    # a longer quote holds the short one; Markdown drops the spaces
    return f"`` {text} ``"


def numbers(values: Any, digits: int = 3) -> str:
    """Return an array's values in brackets, rounded, as inline code."""
    flat = np.asarray(values, dtype=float).ravel()
    # with the zero added, none has a minus in front
    rounded = np.round(flat, digits) + 0.0
    texts = [f"{value:.{digits}f}" for value in rounded]
    joined = ", ".join(texts)
    return code(f"[{joined}]")


def same(a: Any, b: Any, tolerance: float = 1e-6) -> bool:
    """Say whether two arrays have one shape and, but for rounding, one content."""
    a, b = np.asarray(a), np.asarray(b)
    # NumPy would repeat the smaller one
    if a.shape != b.shape:
        return False
    return bool(np.allclose(a, b, atol=tolerance))
