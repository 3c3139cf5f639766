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
    is_between = isinstance(value, Real) and 0 < float(value) < 1
    if is_between:
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
    are_whole = all(map(_is_whole, horizons))
    if not horizons or not are_whole:
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
    count = len(names)
    if chosen is None:
        return list(range(count))
    given = _as_list(chosen)
    if not given:
        raise ValueError(f"Expected at least one column in {word}, got none.")
    columns: list[int] = []
    for column in given:
        if isinstance(column, str) and column in names:
            number = names.index(column)
        elif _is_whole(column) and -count <= column < count:
            # a negative number counts from the last column
            number = int(column) % count
        else:
            raise ValueError(
                f"Expected {word} among the {count} columns {join_names(names)}, got {column!r}. "
                f"Fix: a name, or a number from 0 to {count - 1}."
            )
        columns.append(number)
    return columns


def _is_whole(value: Any) -> TypeGuard[int]:
    """Return whether a value is a whole number: one of Python, of NumPy, or an array of no axis."""
    # to Python True is the number 1, but nobody means it as one
    if isinstance(value, bool):
        return False
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in "iu"
    return isinstance(value, (int, np.integer))


def _as_list(values: Any) -> list[Any]:
    """Return several values as a list, a single one too."""
    is_text = isinstance(values, str)
    is_several = isinstance(values, Iterable) and not is_text
    # an array of no axis is iterable by its class, and still a single number
    if is_several and getattr(values, "ndim", 1) > 0:
        return list(values)
    return [values]
