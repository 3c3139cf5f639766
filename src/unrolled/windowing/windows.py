"""Cut a series into windows with their labels: x (batch, timesteps, features) and y."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from unrolled.axes import say_shape
from unrolled.traces.cells import Array
from unrolled.windowing.arguments import (
    read_columns,
    read_count,
    read_fraction,
    read_horizon,
)
from unrolled.windowing.series import find_starts, read_series
from unrolled.windowing.words import say_windows

if TYPE_CHECKING:
    from unrolled.windowing.pictures import WindowPicture

Axis = tuple[int, str]
Column = int | str


@dataclass(frozen=True, eq=False)
class Windows:
    """The windows of a series, made by :func:`unrolled.windows`.

    Attributes
    ----------
    x : array of shape (batch, timesteps, features)
        The windows, in the dtype of the series.
    y : array of shape (batch, targets), (batch, horizon, targets) or (batch, timesteps, targets)
        Their labels, in the dtype of the series: one for each window, one for each of several
        horizons, or one for every timestep.
    starts : int array of shape (batch,)
        The row of the series that is the first timestep of each window.
    horizon : int or tuple of int
        How many rows after the last one of a window its label stands, or its labels.
    feature_names : tuple of str
        The names of the columns of x.
    target_names : tuple of str
        The names of the columns of y.
    rows : int
        The length of the series.
    per_step : bool
        Whether there is a label for every timestep.
    note : str
        What was done to the series before; empty where it was taken as it came.

    Examples
    --------
    >>> import numpy as np, unrolled
    >>> cut = unrolled.windows({"level": np.arange(6.0)}, 3, horizon=2)
    >>> cut.x[0, :, 0], cut.y[0]
    (array([0., 1., 2.]), array([4.]))
    >>> cut.starts, cut.label_rows, cut.target_names
    (array([0, 1]), array([4, 5]), ('level',))
    """

    x: Array
    y: Array
    starts: Array
    horizon: int | tuple[int, ...]
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
        """How many rows after a window its labels stand; with per_step, after each timestep."""
        # a single one is kept as a number, as it was given
        return tuple(np.atleast_1d(self.horizon).tolist())

    @property
    def label_rows(self) -> Array:
        """The rows that the labels come from: (batch,), (batch, horizon) or (batch, timesteps)."""
        if self.per_step:
            offsets = np.arange(self.timesteps) + self.horizons[0]
        else:
            offsets = self.timesteps - 1 + np.array(self.horizon)
        return np.add.outer(self.starts, offsets)

    @property
    def peeks(self) -> bool:
        """Whether a label stands inside its own window, where the model can read it."""
        shared = set(self.feature_names) & set(self.target_names)
        if not shared:
            return False
        # counted from the last row of the window, which is 0
        horizons = np.array(self.horizons)
        is_inside = (horizons > -self.timesteps) & (horizons <= 0)
        return bool(is_inside.any())

    @property
    def axes(self) -> tuple[tuple[Axis, ...], tuple[Axis, ...]]:
        """The axes of x and those of y, each as its length and its name."""
        names = ["batch", "targets"]
        if self.per_step:
            names = ["batch", "timesteps", "targets"]
        elif self.y.ndim == 3:
            names = ["batch", "horizon", "targets"]
        x = zip(self.x.shape, ("batch", "timesteps", "features"), strict=True)
        y = zip(self.y.shape, names, strict=True)
        return tuple(x), tuple(y)

    def split(self, fraction: float) -> tuple[Windows, Windows]:
        """Return the windows before a moment and those after it, which share no row of the series.

        Parameters
        ----------
        fraction : float
            Which part of the rows lies before the moment, between 0 and 1. Windows that reach over
            the moment, with their labels, are in neither.

        Raises
        ------
        ValueError
            ``fraction`` is not such a number, or one side would have no window.

        Examples
        --------
        >>> import numpy as np, unrolled
        >>> early, late = unrolled.windows(np.arange(20.0), 4).split(0.5)
        >>> int(early.label_rows.max()), int(late.starts.min())
        (9, 10)
        """
        part = read_fraction("fraction", fraction)
        moment = round(self.rows * part)
        # a window reaches over the moment with its labels too
        labels = self.label_rows.reshape(len(self), -1)
        last = np.maximum(self.starts + self.timesteps - 1, labels.max(axis=1))
        first = np.minimum(self.starts, labels.min(axis=1))
        before = last < moment
        after = first >= moment
        if not before.any() or not after.any():
            longest = int((last - first).max()) + 1
            raise ValueError(
                f"Expected windows on both sides of row {moment}, got {before.sum()} before and "
                f"{after.sum()} after: each takes {longest} rows. "
                "Fix: a longer series, or another fraction."
            )
        return self._at(before), self._at(after)

    def draw(self, samples: int = 3) -> WindowPicture:
        """Draw which rows of the series the first samples are made of.

        The picture shows itself in a notebook and can be saved.

        Raises
        ------
        ValueError
            ``samples`` is not a whole number of at least 1.

        Examples
        --------
        >>> import numpy as np, unrolled
        >>> picture = unrolled.windows(np.arange(60.0), 5, horizon=3).draw()
        >>> print(picture.words().splitlines()[0])
        53 windows of 5 timesteps, cut from 60 rows
        """
        from unrolled.windowing.pictures import WindowPicture

        return WindowPicture(self, read_count("samples", samples))

    def __len__(self) -> int:
        return len(self.x)

    def __repr__(self) -> str:
        x, y = self.axes
        return f"<Windows: x {say_shape(x)}, y {say_shape(y)}>"

    def __str__(self) -> str:
        return say_windows(self)

    def _repr_html_(self) -> str:
        picture = self.draw()
        return picture._repr_html_()

    def _repr_png_(self) -> bytes | None:
        picture = self.draw()
        return picture._repr_png_()

    def _at(self, chosen: Array) -> Windows:
        """Return the chosen samples; the note is about the whole series."""
        return replace(
            self,
            x=self.x[chosen],
            y=self.y[chosen],
            starts=self.starts[chosen],
            note="",
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
        One row per moment, the oldest first. One axis gets the axis features. A data frame, or a
        dict of columns.
    timesteps : int
        The rows in a window.
    horizon : int or sequence of int
        How many rows after the last row of the window its label stands; 1 is the next row. A
        sequence, such as ``range(1, 7)``, gives one label for each.
    targets, features : int or str, or a list of them, optional
        The columns that y and x hold, by number or by name. Without them: all.
    stride : int
        How many rows the next window begins after this one.
    per_step : bool
        A label for every timestep, ``horizon`` rows after it: for a model with
        return_sequences=True.

    Returns
    -------
    Windows
        x of shape (batch, timesteps, features); y of shape (batch, targets), (batch, horizon,
        targets) for several horizons, or (batch, timesteps, targets) with per_step; both of the
        dtype of the series.

    Raises
    ------
    TypeError
        The series holds no numbers.
    ValueError
        It is too short, holds NaN, or lacks a column; its columns or rows differ in length; a
        number is out of range. The text says what to do.

    Examples
    --------
    >>> import numpy as np, unrolled
    >>> table = np.arange(20.0).reshape(10, 2)
    >>> unrolled.windows(table, 4, targets=[0])
    <Windows: x (batch 6, timesteps 4, features 2), y (batch 6, targets 1)>
    >>> print(unrolled.windows(np.arange(5.0), 3))
    2 windows of 3 timesteps, cut from 5 rows
    x (batch 2, timesteps 3, features 1): column 0
    y (batch 2, targets 1): column 0
    sample 0: x from rows 0 to 2, y from row 3
    sample 1: x from rows 1 to 3, y from row 4
    The series has one axis, (rows 5,); it was read as (rows 5, features 1).
    """
    read = read_series(series)
    timesteps = read_count("timesteps", timesteps)
    stride = read_count("stride", stride)
    horizon = read_horizon(horizon, per_step)
    feature_columns = read_columns(features, read.names, "features")
    target_columns = read_columns(targets, read.names, "targets")
    horizons = np.atleast_1d(horizon).tolist()
    starts = find_starts(len(read.table), timesteps, horizons, stride, per_step)
    window_rows = np.add.outer(starts, np.arange(timesteps))
    x = read.table[window_rows][..., feature_columns]
    unlabelled = Windows(
        x=x,
        y=x,
        starts=starts,
        horizon=horizon,
        feature_names=tuple(map(read.names.__getitem__, feature_columns)),
        target_names=tuple(map(read.names.__getitem__, target_columns)),
        rows=len(read.table),
        per_step=per_step,
        note=read.note,
    )
    y = read.table[unlabelled.label_rows][..., target_columns]
    return replace(unlabelled, y=y)
