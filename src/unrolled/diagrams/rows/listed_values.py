"""The numbers of a box as a line of text, for what it says under the mouse."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from unrolled.diagrams.rows.parts import Array

SAID = 8  # numbers that a box says under the mouse


def list_values(values: Array, names: Sequence[str] = ()) -> str:
    """Return the first numbers of an array, each with its name where they have some.

    >>> list_values(np.array([0.5, 2.0])), list_values(np.array([0.5]), ["pressure"])
    ('[0.5, 2]', '[pressure: 0.5]')
    """
    flat = np.ravel(values)
    first = flat[:SAID].tolist()
    numbers = list(map("{:.3g}".format, first))
    if names:
        named = zip(names, numbers, strict=False)
        numbers = [": ".join(filter(None, pair)) for pair in named]
    if len(flat) > SAID:
        # the others have no room in a tooltip
        numbers.append("…")
    text = ", ".join(numbers)
    return f"[{text}]"
