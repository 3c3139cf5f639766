"""Cut a series into windows with their labels: x (batch, timesteps, features) and y. Plain NumPy, knows no Keras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

import numpy as np

from unrolled.tracing.cells import Array

Column = int | str


@dataclass(frozen=True, eq=False)
class Windows:
    """The windows of a series, made by :func:`unrolled.windows`.

    x: (batch, timesteps, features). y: (batch, targets); (batch, horizon, targets) for several horizons;
    (batch, timesteps, targets) with a label for every timestep. starts: (batch,), the row of the series that is the
    first timestep of each window. horizon: as given. feature_names, target_names: of the columns. rows: of the series.
    """

    x: Array
    y: Array
    starts: Array
    horizon: int | Sequence[int]
    feature_names: tuple[str, ...]
    target_names: tuple[str, ...]
    rows: int
    per_step: bool = False
    note: str = ""

    @property
    def timesteps(self) -> int:
        """The length of a window."""
        return int(self.x.shape[1])

    @property
    def horizons(self) -> tuple[int, ...]:
        """How many rows after the last one of a window, or after each with per_step, its labels stand."""
        return (int(self.horizon),) if isinstance(self.horizon, (int, np.integer)) else tuple(map(int, self.horizon))

    @property
    def label_rows(self) -> Array:
        """The rows of the series that the labels come from: (batch,), (batch, horizon) or (batch, timesteps)."""
        if self.per_step:
            found: Array = self.starts[:, np.newaxis] + np.arange(self.timesteps) + self.horizons[0]
            return found
        rows: Array = self.starts[:, np.newaxis] + self.timesteps - 1 + np.array(self.horizons)
        return rows[:, 0] if isinstance(self.horizon, (int, np.integer)) else rows

    @property
    def peeks(self) -> bool:
        """Whether a label stands inside its own window, where the model can read it."""
        inside = any(-self.timesteps < h <= 0 for h in self.horizons)
        return inside and bool(set(self.feature_names) & set(self.target_names))

    def __len__(self) -> int:
        return len(self.x)

    def split(self, part: float) -> tuple[Windows, Windows]:
        """Return the windows before a moment and those after it, which share no row of the series.

        part: between 0 and 1, of the rows. Windows that reach over the moment, with their labels, are in neither.

        Raises ValueError where one side would have no window.

        Examples
        --------
        >>> import numpy as np, unrolled
        >>> early, late = unrolled.windows(np.arange(20.0), 4).split(0.5)
        >>> int(early.label_rows.max()), int(late.starts.min())
        (9, 10)
        """
        if not 0 < part < 1:
            raise ValueError(f"Expected a part between 0 and 1, got {part!r}. Fix: windows.split(0.8).")
        moment = round(self.rows * part)
        rows = self.label_rows.reshape(len(self), -1)
        last = np.maximum(self.starts + self.timesteps - 1, rows.max(axis=1))
        first = np.minimum(self.starts, rows.min(axis=1))
        sides = (last < moment, first >= moment)
        if not all(side.any() for side in sides):
            raise ValueError(
                f"Expected windows on both sides of row {moment}, got {sides[0].sum()} before and {sides[1].sum()} "
                f"after: each takes {int((last - first).max()) + 1} rows. Fix: a longer series, or another part."
            )
        early, late = (
            replace(self, x=self.x[side], y=self.y[side], starts=self.starts[side], note="") for side in sides
        )
        return early, late

    def __repr__(self) -> str:
        return f"<Windows: x {self._shape(self.x, self._x_axes)}, y {self._shape(self.y, self._y_axes)}>"

    def __str__(self) -> str:
        lines = [
            f"{len(self)} windows of {self.timesteps} timesteps, cut from {self.rows} rows",
            f"x {self._shape(self.x, self._x_axes)}: {_listed(self.feature_names)}",
            f"y {self._shape(self.y, self._y_axes)}: {_listed(self.target_names)}",
            *(self._told(k) for k in dict.fromkeys((0, 1, len(self) - 1)) if k < len(self)),
        ]
        if self.peeks:
            lines.append("The labels stand inside their windows: the model can copy them. Fix: horizon=1.")
        return "\n".join([*lines, self.note] if self.note else lines)

    @property
    def _x_axes(self) -> tuple[str, ...]:
        return ("batch", "timesteps", "features")

    @property
    def _y_axes(self) -> tuple[str, ...]:
        return ("batch", "timesteps" if self.per_step else "horizon", "targets") if self.y.ndim == 3 else _BATCHED

    def _shape(self, array: Array, names: Sequence[str]) -> str:
        return "(" + ", ".join(f"{n} {name}" for n, name in zip(array.shape, names, strict=True)) + ")"

    def _told(self, sample: int) -> str:
        """Return which rows became a sample."""
        start = int(self.starts[sample])
        rows = np.atleast_1d(self.label_rows[sample])
        label = f"row {rows[0]}" if len(rows) == 1 else f"rows {_run(rows)}"
        return f"sample {sample}: x from rows {start} to {start + self.timesteps - 1}, y from {label}"


_BATCHED = ("batch", "targets")


def windows(
    series: Any,
    timesteps: int,
    *,
    horizon: int | Sequence[int] = 1,
    targets: Column | Sequence[Column] | None = None,
    features: Column | Sequence[Column] | None = None,
    stride: int = 1,
    per_step: bool = False,
) -> Windows:
    """Cut a series into windows and their labels, as a recurrent model takes them.

    Parameters
    ----------
    series : array of shape (rows, features), or (rows,), or a table with named columns
        One row per moment, the oldest first. One axis gets the axis features. A data frame, or a dict of columns.
    timesteps : int
        The rows in a window.
    horizon : int or sequence of int
        How many rows after the last row of the window its label stands; 1 is the next row. A sequence, such as
        ``range(1, 7)``, gives one label for each.
    targets, features : int or str, or a list of them, optional
        The columns that y and x hold, by number or by name. Without them: all.
    stride : int
        How many rows the next window begins after this one.
    per_step : bool
        A label for every timestep, ``horizon`` rows after it: for a model with return_sequences=True.

    Returns
    -------
    Windows
        x of shape (batch, timesteps, features); y of shape (batch, targets), (batch, horizon, targets) for several
        horizons, or (batch, timesteps, targets) with per_step; both of the dtype of the series.

    Raises
    ------
    TypeError
        The series holds no numbers.
    ValueError
        It is too short, holds NaN, or lacks a column; a number is out of range. The text says what to do.

    Examples
    --------
    >>> import numpy as np, unrolled
    >>> table = np.arange(20.0).reshape(10, 2)
    >>> unrolled.windows(table, 4, targets=[0])
    <Windows: x (6 batch, 4 timesteps, 2 features), y (6 batch, 1 targets)>
    >>> print(unrolled.windows(np.arange(5.0), 3))
    2 windows of 3 timesteps, cut from 5 rows
    x (2 batch, 3 timesteps, 1 features): column 0
    y (2 batch, 1 targets): column 0
    sample 0: x from rows 0 to 2, y from row 3
    sample 1: x from rows 1 to 3, y from row 4
    The series has one axis, (5 rows); it was read as (5 rows, 1 features).
    """
    table, names, note = _read_series(series)
    _check_numbers(timesteps=timesteps, stride=stride)
    horizons = _read_horizon(horizon, per_step)
    chosen, wanted = _columns(features, names, "features"), _columns(targets, names, "targets")
    starts = _starts(len(table), timesteps, horizons, stride, per_step)
    x = table[starts[:, np.newaxis] + np.arange(timesteps)][..., chosen]
    told = [names[k] for k in chosen], [names[k] for k in wanted]
    made = Windows(x, x, starts, horizon, tuple(told[0]), tuple(told[1]), len(table), per_step, note)
    return replace(made, y=table[made.label_rows][..., wanted])


def _read_series(series: Any) -> tuple[Array, tuple[str, ...], str]:
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
    names = [f"column {k}" for k in range(table.shape[1])] if columns is None else [str(c) for c in columns]
    return table, tuple(names), note


def _read_horizon(horizon: Any, per_step: bool) -> tuple[int, ...]:
    single = isinstance(horizon, (int, np.integer)) and not isinstance(horizon, bool)
    if not single and not (isinstance(horizon, (Sequence, np.ndarray)) and len(horizon) and all(map(_whole, horizon))):
        raise ValueError(f"Expected horizon as whole rows, such as 1 or range(1, 7); got {horizon!r}.")
    if per_step and not single:
        raise ValueError(f"Expected one horizon with per_step=True, got {horizon!r}. Fix: horizon=1.")
    return (int(horizon),) if single else tuple(int(h) for h in horizon)


def _whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _columns(chosen: Any, names: Sequence[str], word: str) -> list[int]:
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
                f"Expected {word} among the {len(names)} columns {_listed(names)}, got {column!r}. "
                f"Fix: a name, or a number from 0 to {len(names) - 1}."
            )
    if not found:
        raise ValueError(f"Expected at least one column in {word}, got none.")
    return found


def _starts(rows: int, timesteps: int, horizons: Sequence[int], stride: int, per_step: bool) -> Array:
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


def _check_numbers(**numbers: Any) -> None:
    for name, value in numbers.items():
        if not _whole(value) or value < 1:
            raise ValueError(f"Expected {name} to be a whole number of at least 1, got {value!r}.")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= 6 else f"{', '.join(names[:5])}, … ({len(names)} columns)"


def _run(rows: Array) -> str:
    """Return rows in words: a range where they follow each other."""
    even = len(rows) > 2 and bool((np.diff(rows) == 1).all())
    return f"{rows[0]} to {rows[-1]}" if even else ", ".join(map(str, rows))
