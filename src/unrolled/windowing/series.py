"""Read what ``windows`` is given: a series as (rows, features) with names, the horizon, and the columns meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

import numpy as np

from unrolled.traces.cells import Array


def read_series(series: Any) -> tuple[Array, tuple[str, ...], str]:
    """Return (rows, features), the names of the columns, and what was done to the series."""
    columns = list(series) if isinstance(series, Mapping) else getattr(series, "columns", None)
    if isinstance(series, Mapping):
        series = np.stack([np.asarray(column) for column in series.values()], axis=-1)
    table = np.asarray(series.detach().cpu() if hasattr(series, "detach") else series)
    if table.dtype.kind not in "fiub":
        raise TypeError(
            f"Expected a series of numbers, got dtype {table.dtype}. "
            "Fix: leave columns of text or times out, such as table[['pressure', 'temperature']]."
        )
    note = ""
    if table.ndim == 1:
        note = f"The series has one axis, ({len(table)} rows); it was read as ({len(table)} rows, 1 features)."
        table = table[:, np.newaxis]
    if table.ndim != 2:
        raise ValueError(
            f"Expected a series of shape (rows, features), got shape {table.shape}. "
            "Fix: one row per moment; cut each of several series by itself, then np.concatenate the x and the y."
        )
    bad = ~np.isfinite(table)
    if bad.any():
        first = np.argwhere(bad)[0]
        raise ValueError(
            f"Expected finite numbers, got {int(bad.sum())} NaN or infinite values, the first in row {first[0]}, "
            f"column {first[1]}. Fix: fill the gaps, or cut the parts between them each by itself."
        )
    names = (
        [f"column {k}" for k in range(table.shape[1])]
        if columns is None
        else [str(c) for c in columns]
    )
    return table, tuple(names), note


def read_horizon(horizon: Any, per_step: bool) -> tuple[int, ...]:
    """Return the horizons, one or several."""
    single = isinstance(horizon, (int, np.integer)) and not isinstance(horizon, bool)
    if not single and not (
        isinstance(horizon, (Sequence, np.ndarray)) and len(horizon) and all(map(_whole, horizon))
    ):
        raise ValueError(
            f"Expected horizon as whole rows, such as 1 or range(1, 7); got {horizon!r}."
        )
    if per_step and not single:
        raise ValueError(
            f"Expected one horizon with per_step=True, got {horizon!r}. Fix: horizon=1."
        )
    return (int(horizon),) if single else tuple(int(h) for h in horizon)


def _whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def read_columns(chosen: Any, names: Sequence[str], word: str) -> list[int]:
    """Return the numbers of the columns that are meant."""
    if chosen is None:
        return list(range(len(names)))
    found = []
    for column in [chosen] if isinstance(chosen, (int, str, np.integer)) else chosen:
        if isinstance(column, str) and column in names:
            found.append(names.index(column))
        elif _whole(column) and -len(names) <= column < len(names):
            found.append(int(column) % len(names))
        else:
            raise ValueError(
                f"Expected {word} among the {len(names)} columns {listed(names)}, got {column!r}. "
                f"Fix: a name, or a number from 0 to {len(names) - 1}."
            )
    if not found:
        raise ValueError(f"Expected at least one column in {word}, got none.")
    return found


def find_starts(
    rows: int, timesteps: int, horizons: Sequence[int], stride: int, per_step: bool
) -> Array:
    """Return the first row of every window that, with its labels, lies inside the series."""
    offset = 0 if per_step else timesteps - 1  # of the row that the horizon counts from
    first = max(0, -(min(horizons) + offset))
    last = rows - timesteps - max(0, *horizons)
    if last < first:
        need = timesteps + max(0, *horizons) + first
        raise ValueError(
            f"Expected at least {need} rows for windows of {timesteps} timesteps with horizon "
            f"{max(horizons)}, got {rows}. Fix: fewer timesteps, or a longer series."
        )
    return np.arange(first, last + 1, stride)


def check_numbers(**numbers: Any) -> None:
    """Raise ValueError for what is no whole number of at least 1."""
    for name, value in numbers.items():
        if not _whole(value) or value < 1:
            raise ValueError(f"Expected {name} to be a whole number of at least 1, got {value!r}.")


def listed(names: Sequence[str]) -> str:
    """Return names in one line, the first five where there are many."""
    return (
        ", ".join(names) if len(names) <= 6 else f"{', '.join(names[:5])}, … ({len(names)} columns)"
    )
