"""Read the numbers and columns that ``windows`` takes, and say what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from numbers import Real
from typing import Any, TypeGuard

import numpy as np

from unrolled.windowing.series import join_names


def read_count(name: str, value: Any) -> int:
    """Return a whole number of at least 1.

    >>> read_count("stride", 2)
    2
    """
    if not _is_whole(value) or value < 1:
        raise ValueError(
            f"Expected {name} to be a whole number of at least 1, got {value!r}."
        )
    return int(value)


def read_fraction(name: str, value: Any) -> float:
    """Return a number between 0 and 1.

    >>> read_fraction("fraction", 0.8)
    0.8
    """
    if isinstance(value, Real) and 0 < float(value) < 1:
        return float(value)
    raise ValueError(
        f"Expected {name} to be a number between 0 and 1, got {value!r}. Fix: windows.split(0.8)."
    )


def read_horizon(horizon: Any, per_step: bool) -> int | tuple[int, ...]:
    """Return the horizon, or several.

    >>> read_horizon(range(1, 4), per_step=False)
    (1, 2, 3)
    """
    if _is_whole(horizon):
        return int(horizon)
    horizons = _as_list(horizon)
    if not horizons or not all(map(_is_whole, horizons)):
        raise ValueError(
            f"Expected horizon as whole rows, such as 1 or range(1, 7); got {horizon!r}."
        )
    if per_step:
        raise ValueError(
            f"Expected one horizon with per_step=True, got {horizon!r}. Fix: horizon=1."
        )
    return tuple(map(int, horizons))


def read_columns(chosen: Any, names: Sequence[str], word: str) -> list[int]:
    """Return the numbers of the columns that are meant.

    >>> read_columns(["b", 0], ["a", "b"], "features")
    [1, 0]
    """
    if chosen is None:
        return list(range(len(names)))
    columns = _as_list(chosen)
    if not columns:
        raise ValueError(f"Expected at least one column in {word}, got none.")
    return [_read_column(column, names, word) for column in columns]


def _read_column(column: Any, names: Sequence[str], word: str) -> int:
    count = len(names)
    if isinstance(column, str) and column in names:
        return list(names).index(column)
    if _is_whole(column) and -count <= column < count:
        return int(column) % count
    raise ValueError(
        f"Expected {word} among the {count} columns {join_names(names)}, got {column!r}. "
        f"Fix: a name, or a number from 0 to {count - 1}."
    )


def _is_whole(value: Any) -> TypeGuard[int]:
    """Return whether a value is a whole number: one of Python, of NumPy, or an array of no axis."""
    if isinstance(value, bool):
        return False
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in "iu"
    return isinstance(value, (int, np.integer))


def _as_list(values: Any) -> list[Any]:
    """Return several values as a list, a single one too."""
    is_several = isinstance(values, Iterable) and not isinstance(values, str)
    if is_several and getattr(values, "ndim", 1) > 0:
        return list(values)
    return [values]
