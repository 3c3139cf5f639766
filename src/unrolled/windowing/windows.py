"""Cut a series into windows with their labels: x (batch, timesteps, features) and y. Plain NumPy, knows no Keras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from unrolled.traces.cells import Array
from unrolled.windowing.series import (
    check_numbers,
    find_starts,
    listed,
    read_columns,
    read_horizon,
    read_series,
)

if TYPE_CHECKING:
    from unrolled.windowing.pictures import WindowPicture

Axis = tuple[int, str]
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
        return (
            (int(self.horizon),)
            if isinstance(self.horizon, (int, np.integer))
            else tuple(map(int, self.horizon))
        )

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
            raise ValueError(
                f"Expected a part between 0 and 1, got {part!r}. Fix: windows.split(0.8)."
            )
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
            replace(self, x=self.x[side], y=self.y[side], starts=self.starts[side], note="")
            for side in sides
        )
        return early, late

    def __repr__(self) -> str:
        return f"<Windows: x {_say(self.axes[0])}, y {_say(self.axes[1])}>"

    def __str__(self) -> str:
        lines = [
            f"{len(self)} windows of {self.timesteps} timesteps, cut from {self.rows} rows",
            f"x {_say(self.axes[0])}: {listed(self.feature_names)}",
            f"y {_say(self.axes[1])}: {listed(self.target_names)}",
            *(self._told(k) for k in dict.fromkeys((0, 1, len(self) - 1)) if k < len(self)),
        ]
        if self.peeks:
            lines.append(
                "The labels stand inside their windows: the model can copy them. Fix: horizon=1."
            )
        return "\n".join([*lines, self.note] if self.note else lines)

    def draw(self, samples: int = 3) -> WindowPicture:
        """Draw which rows of the series the first samples are made of; it shows itself and can be saved.

        Raises ValueError for less than one sample.

        Examples
        --------
        >>> import numpy as np, unrolled
        >>> picture = unrolled.windows(np.arange(60.0), 5, horizon=3).draw()
        >>> print(picture.words().splitlines()[0])
        53 windows of 5 timesteps, cut from 60 rows
        """
        from unrolled.windowing.pictures import WindowPicture

        check_numbers(samples=samples)
        return WindowPicture(self, samples)

    def _repr_html_(self) -> str:
        return self.draw()._repr_html_()

    @property
    def axes(self) -> tuple[tuple[Axis, ...], tuple[Axis, ...]]:
        """The axes of x and those of y, each as its length and its name."""
        middle = ("timesteps",) if self.per_step else ("horizon",) if self.y.ndim == 3 else ()
        names = ("batch", "timesteps", "features"), ("batch", *middle, "targets")
        x, y = (
            tuple(zip(a.shape, n, strict=True))
            for a, n in zip((self.x, self.y), names, strict=True)
        )
        return x, y

    def _told(self, sample: int) -> str:
        """Return which rows became a sample."""
        start = int(self.starts[sample])
        rows = np.atleast_1d(self.label_rows[sample])
        label = f"row {rows[0]}" if len(rows) == 1 else f"rows {_run(rows)}"
        return (
            f"sample {sample}: x from rows {start} to {start + self.timesteps - 1}, y from {label}"
        )


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
    table, names, note = read_series(series)
    check_numbers(timesteps=timesteps, stride=stride)
    horizons = read_horizon(horizon, per_step)
    chosen, wanted = (
        read_columns(features, names, "features"),
        read_columns(targets, names, "targets"),
    )
    starts = find_starts(len(table), timesteps, horizons, stride, per_step)
    x = table[starts[:, np.newaxis] + np.arange(timesteps)][..., chosen]
    told = [names[k] for k in chosen], [names[k] for k in wanted]
    made = Windows(
        x, x, starts, horizon, tuple(told[0]), tuple(told[1]), len(table), per_step, note
    )
    return replace(made, y=table[made.label_rows][..., wanted])


def _say(axes: Sequence[Axis]) -> str:
    return "(" + ", ".join(f"{size} {name}" for size, name in axes) + ")"


def _run(rows: Array) -> str:
    """Return rows in words: a range where they follow each other."""
    even = len(rows) > 2 and bool((np.diff(rows) == 1).all())
    return f"{rows[0]} to {rows[-1]}" if even else ", ".join(map(str, rows))
