"""The axes and rows of windows in words."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import starmap

import numpy as np

from unrolled.traces.cells import Array


def say_axes(axes: Sequence[tuple[int, str]]) -> str:
    """Return the axes of an array with their names.

    >>> say_axes([(6, "batch"), (1, "targets")])
    '(6 batch, 1 targets)'
    """
    return f"({', '.join(starmap('{} {}'.format, axes))})"


def say_rows(rows: Array) -> str:
    """Return rows in words: a range where three or more follow each other.

    >>> say_rows(np.array([4, 5, 6])), say_rows(np.array([4, 6]))
    ('rows 4 to 6', 'rows 4, 6')
    """
    if len(rows) == 1:
        return f"row {rows[0]}"
    if len(rows) > 2 and (np.diff(rows) == 1).all():
        return f"rows {rows[0]} to {rows[-1]}"
    return f"rows {', '.join(map(str, rows))}"
