"""What a run leaves for a page: tables and texts, in the form that run_tables.py shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Block = dict[str, Any]
Cell = str | list[str] | dict[str, str]


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
        "rows": [list(r) for r in rows],
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
    texts = (
        _axis(names[n], n if sizes or not names[n] else None) for n in shape
    )
    return f"({', '.join(texts)})"


def _axis(name: str, size: int | None) -> str:
    text = " ".join(
        str(part) for part in (name, size) if part not in ("", None)
    )
    word = name.split()[-1] if name else ""
    role = {"filters": "units", "k": "targets"}.get(word, word)
    known = role in ("batch", "timesteps", "features", "units", "targets")
    return f"{{{role}}}`{text}`" if known else text


def code(text: str) -> str:
    """Return a text as inline code, whatever quotes it holds."""
    if "`" not in text:
        return f"`{text}`"
    return f"`` {text} ``"


def numbers(values: Any, digits: int = 3) -> str:
    """Return an array's values in brackets, rounded, as inline code."""
    flat = np.asarray(values, dtype=float).ravel()
    return code(
        "["
        + ", ".join(
            f"{v + 0.0:.{digits}f}" for v in np.round(flat, digits) + 0.0
        )
        + "]"
    )


def same(a: Any, b: Any, tolerance: float = 1e-6) -> bool:
    """Say whether two arrays have one shape and, but for rounding, one content."""
    a, b = np.asarray(a), np.asarray(b)
    return a.shape == b.shape and bool(np.allclose(a, b, atol=tolerance))
