"""Windows in words: their axes, and which rows became the first ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from unrolled.axes import say_count, say_shape
from unrolled.traces.cells import Array
from unrolled.windowing.series import join_names

if TYPE_CHECKING:
    from unrolled.windowing.windows import Windows


def say_windows(windows: Windows) -> str:
    """Return windows in words: how many, their axes, the rows of some, and what to know of them."""
    number = len(windows)
    x, y = windows.axes
    steps = say_count(windows.timesteps, "timesteps")
    cut_from = say_count(windows.rows, "rows")
    lines = [
        f"{say_count(number, 'windows')} of {steps}, cut from {cut_from}",
        f"x {say_shape(x)}: {join_names(windows.feature_names)}",
        f"y {say_shape(y)}: {join_names(windows.target_names)}",
    ]
    # the first two show how far the windows are apart, the last one where they end
    shown = {0, min(1, number - 1), number - 1}
    for sample in sorted(shown):
        first = int(windows.starts[sample])
        last = first + windows.timesteps - 1
        labels = np.atleast_1d(windows.label_rows[sample])
        lines.append(
            f"sample {sample}: x from rows {first} to {last}, y from {say_rows(labels)}"
        )
    if windows.peeks:
        lines.append(
            "The labels stand inside their windows: the model can copy them. Fix: horizon=1."
        )
    if windows.note:
        lines.append(windows.note)
    return "\n".join(lines)


def say_rows(rows: Array) -> str:
    """Return rows in words: a range where three or more follow each other.

    >>> say_rows(np.array([4, 5, 6])), say_rows(np.array([4, 6]))
    ('rows 4 to 6', 'rows 4, 6')
    """
    if len(rows) == 1:
        return f"row {rows[0]}"
    are_neighbours = (np.diff(rows) == 1).all()
    if len(rows) > 2 and are_neighbours:
        return f"rows {rows[0]} to {rows[-1]}"
    listed = ", ".join(map(str, rows))
    return f"rows {listed}"
