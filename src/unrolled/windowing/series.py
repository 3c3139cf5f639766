"""Read a series as (rows, features) with the names of its columns, and find where windows start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from unrolled.axes import say_shape
from unrolled.plain_text import printable_line
from unrolled.traces.cells import Array

_NO_NUMBERS = "Fix: leave columns of text or times out, such as table[['pressure', 'temperature']]."


@dataclass(frozen=True, eq=False)
class Series:
    """A series that was read.

    Attributes
    ----------
    table : array of shape (rows, features)
        The numbers, in their own dtype.
    names : tuple of str
        The name of each column.
    note : str
        What was done to the series; empty where it was taken as it came.
    """

    table: Array
    names: tuple[str, ...]
    note: str = ""


def read_series(series: Any) -> Series:
    """Return a series as a table.

    Raises TypeError for what does not hold numbers, ValueError for another shape, and for gaps.
    """
    if isinstance(series, Mapping):
        table = _stack_columns(series)
        columns: Any = list(series)
    else:
        table = _as_array(series)
        columns = getattr(series, "columns", None)
    _check_numbers(table)
    note = ""
    # one number per moment, as np.loadtxt or a column of a data frame gives them
    if table.ndim == 1:
        rows = (len(table), "rows")
        came = say_shape([rows])
        read = say_shape([rows, (1, "features")])
        note = f"The series has one axis, {came}; it was read as {read}."
        table = table[:, np.newaxis]
    _check_table(table)
    if columns is None:
        columns = map("column {}".format, range(table.shape[1]))
    return Series(table, tuple(map(str, columns)), note)


def find_starts(
    rows: int,
    timesteps: int,
    horizons: Sequence[int],
    stride: int,
    per_step: bool,
) -> Array:
    """Return the first row of every window that, with its labels, lies inside the series.

    >>> find_starts(10, 4, [1], 2, False).tolist()
    [0, 2, 4]
    >>> find_starts(10, 4, [-5], 1, False).tolist()
    [2, 3, 4, 5, 6]
    """
    # the row of a window after which its label stands: the last one
    counted_from = timesteps - 1
    if per_step:
        counted_from = 0
    # where labels stand before their windows, the first windows would have none
    first = max(0, -(min(horizons) + counted_from))
    beyond = max(0, *horizons)
    last = rows - timesteps - beyond
    if last < first:
        needed = first + timesteps + beyond
        raise ValueError(
            f"Expected at least {needed} rows for windows of {timesteps} "
            f"timesteps with horizon {max(horizons)}, got {rows}. "
            "Fix: fewer timesteps, or a longer series."
        )
    return np.arange(first, last + 1, stride)


def join_names(names: Sequence[str]) -> str:
    r"""Return names in one line, the first five where there are many, without control characters.

    >>> join_names(["pressure", "tem\x1b[31mp"])
    'pressure, tem\ufffd[31mp'
    """
    clean = list(map(printable_line, names))
    if len(clean) > 6:
        first = ", ".join(clean[:5])
        return f"{first}, … ({len(clean)} columns)"
    return ", ".join(clean)


def _stack_columns(series: Mapping[Any, Any]) -> Array:
    """Return the columns of a dict side by side."""
    if not series:
        raise ValueError("Expected at least one column in the dict, got none.")
    columns: dict[str, Array] = {}
    for key, values in series.items():
        name = printable_line(str(key))
        column = np.asarray(values)
        _check_numbers(column, f" in the column {name!r}")
        if column.ndim != 1:
            raise ValueError(
                f"Expected columns with one number per row, got shape {column.shape} in the "
                f"column {name!r}. Fix: a column of its own for each."
            )
        columns[name] = column
    counts = set(map(len, columns.values()))
    if len(counts) > 1:
        lengths = [f"{name}: {len(column)}" for name, column in columns.items()]
        raise ValueError(
            f"Expected columns of the same length, got {join_names(lengths)} rows. "
            "Fix: keep the rows that all columns have."
        )
    return np.stack(list(columns.values()), axis=-1)


def _as_array(series: Any) -> Array:
    if hasattr(series, "detach"):  # a tensor of PyTorch
        series = series.detach().cpu()
    try:
        return np.asarray(series)
    except ValueError as error:  # NumPy's text speaks of setting an array element with a sequence
        raise ValueError(
            "Expected a series of shape (rows, features), got rows of different lengths. "
            "Fix: the same columns in every row."
        ) from error


def _check_numbers(array: Array, place: str = "") -> None:
    is_number = array.dtype.kind in "fiub"
    if not is_number:
        raise TypeError(
            f"Expected a series of numbers, got dtype {array.dtype}{place}. {_NO_NUMBERS}"
        )


def _check_table(table: Array) -> None:
    """Raise ValueError for another shape than (rows, features), and for gaps."""
    if table.ndim != 2:
        raise ValueError(
            f"Expected a series of shape (rows, features), got shape {table.shape}. Fix: one row "
            "per moment; cut each of several series by itself, then np.concatenate the x and the y."
        )
    if table.shape[1] == 0:
        raise ValueError(
            f"Expected at least one column, got shape {table.shape}."
        )
    bad = ~np.isfinite(table)
    if bad.any():
        count = int(bad.sum())
        row, column = np.argwhere(bad)[0]
        raise ValueError(
            f"Expected finite numbers, got {count} NaN or infinite values, the first in "
            f"row {row}, column {column}. "
            "Fix: fill the gaps, or cut the parts between them each by itself."
        )
