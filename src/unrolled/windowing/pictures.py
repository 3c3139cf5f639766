"""The picture of windows: which rows of a series became which timestep of x, which label of y."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from unrolled.plain_text import printable_line
from unrolled.scenes.colors import AXES
from unrolled.scenes.fonts import shorten
from unrolled.scenes.pictures import Picture
from unrolled.scenes.shapes import (
    Box,
    Line,
    Scene,
    Shape,
    Span,
    Text,
    bounds_of,
    label,
)

if TYPE_CHECKING:
    from unrolled.windowing.windows import Axis, Windows

_EDGE = 24.0  # around the picture
_LEFT = 86.0  # where the columns begin: the names of the lanes, such as x[0], stand before
_WIDTH, _HEIGHT = 34.0, 24.0  # a cell: three digits fit
_BETWEEN = 4.0  # the room beside a cell, and below it
_BASELINE = 16.0  # from the top of a cell to the baseline of its text
_BRACKET = 24.0  # a bracket with its word
_AFTER_SAMPLE = 14.0  # the room between two samples
_LINE = 22.0  # from one line of text to the next
_NAMES = 520.0  # the room for the names of columns: the picture of three short windows is as wide
_MOST_ROWS = 24  # that are drawn without leaving any out: they fit into the column of a page


@dataclass(frozen=True)
class Column:
    """One column of the picture: a row of the series, or several that are left out.

    Attributes
    ----------
    row : int
        The row of the series.
    last : int
        The last row that it stands for; ``row`` itself where it is drawn.

    Examples
    --------
    >>> Column(3, 3).text, Column(4, 9).text, len(Column(4, 9).rows)
    ('3', '…', 6)
    """

    row: int
    last: int

    @property
    def rows(self) -> range:
        """The rows that it stands for."""
        return range(self.row, self.last + 1)

    @property
    def text(self) -> str:
        """What stands above it."""
        return "…" if self.is_gap else str(self.row)

    @property
    def is_gap(self) -> bool:
        """Whether it stands for several rows."""
        return self.row != self.last


class WindowPicture(Picture):
    """The first samples of :class:`unrolled.Windows` under the series that they were cut from.

    Examples
    --------
    >>> import numpy as np, unrolled
    >>> picture = unrolled.windows(np.arange(60.0), 24, horizon=12).draw(samples=1)
    >>> [column.text for column in picture.columns]
    ['0', '…', '23', '…', '35', '…', '59']
    """

    def __init__(self, windows: Windows, samples: int = 3) -> None:
        self._windows = windows
        self._samples = min(samples, len(windows))

    def words(self) -> str:
        """Return the same in words."""
        return str(self._windows)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns, from the left."""
        rows = set[int]()
        for sample in range(self._samples):
            window = self._window_rows(sample)
            labels = self._label_rows(sample)
            rows |= {window[0], window[-1], min(labels), max(labels)}
        if max(rows) - min(rows) < _MOST_ROWS:
            rows |= set(range(min(rows), max(rows)))
        return tuple(_fill_gaps(sorted({0, *rows, self._windows.rows - 1})))

    @cached_property
    def scene(self) -> Scene:
        """The picture as plain data, in pixels."""
        shapes: list[Shape] = [
            label(
                _LEFT - 10, _EDGE + _BASELINE, "row", "soft", 12, anchor="end"
            ),
            *self._row_numbers(),
        ]
        y = _EDGE + _HEIGHT + _AFTER_SAMPLE
        for sample in range(self._samples):
            drawn, y = self._sample(sample, y)
            shapes += drawn
        y += 8  # the texts belong to all samples
        for spans, full in self._lines():
            shapes.append(Text(_EDGE, y, spans, full=full))
            y += _LINE
        right = bounds_of(shapes)[2]
        title = (
            f"{len(self._windows)} windows cut from {self._windows.rows} rows"
        )
        return Scene(
            right + _EDGE, y - _LINE + _EDGE, shapes, title, self.words()
        )

    def _window_rows(self, sample: int) -> range:
        start = int(self._windows.starts[sample])
        return range(start, start + self._windows.timesteps)

    def _label_rows(self, sample: int) -> list[int]:
        return [
            int(row) for row in np.atleast_1d(self._windows.label_rows[sample])
        ]

    def _row_numbers(self) -> list[Shape]:
        """Return the rows of the series, above the samples."""
        shapes: list[Shape] = []
        for number, column in enumerate(self.columns):
            if not column.is_gap:
                cell = Box(
                    _left(number),
                    _EDGE,
                    _WIDTH,
                    _HEIGHT,
                    "sheet",
                    "line",
                    radius=3,
                )
                shapes.append(cell)
            shapes.append(_cell_text(number, _EDGE, column.text, "soft", 11))
        return shapes

    def _sample(self, sample: int, y: float) -> tuple[list[Shape], float]:
        """Return one sample, its window above its labels, and where the next one begins."""
        window, labels = self._window_rows(sample), self._label_rows(sample)
        with_brackets = sample == 0  # they say the same of each
        shapes: list[Shape] = []
        if with_brackets:
            shapes += self._timesteps_bracket(window, y)
            y += _BRACKET
        shapes += self._lane(
            f"x[{sample}]", y, window, "timesteps", numbered=True
        )
        y += _HEIGHT + _BETWEEN
        several = len(labels) > 1
        shapes += self._lane(
            f"y[{sample}]", y, labels, self._label_role, numbered=several
        )
        unused = self._unused_rows(window, labels)
        shapes += self._unused_cells(unused, y)
        y += _HEIGHT
        if with_brackets and self._labels_follow(window, labels):
            shapes += self._horizon_bracket([*unused, *labels], y)
            y += _BRACKET
        return shapes, y + _AFTER_SAMPLE

    def _labels_follow(self, window: range, labels: Sequence[int]) -> bool:
        return not self._windows.per_step and min(labels) > window[-1]

    def _unused_rows(self, window: range, labels: Sequence[int]) -> range:
        """Return the rows between a window and its label, which are in neither."""
        if self._windows.per_step:
            return range(0)
        return range(window[-1] + 1, min(labels))

    @property
    def _label_role(self) -> str:
        return "warn" if self._windows.peeks else "targets"

    def _lane(
        self,
        name: str,
        y: float,
        rows: Sequence[int],
        role: str,
        *,
        numbered: bool,
    ) -> list[Shape]:
        """Return the cells of x or y, each under its row, numbered along the axis of time."""
        shapes: list[Shape] = [
            label(
                _LEFT - 10,
                y + _BASELINE,
                name,
                role,
                12,
                anchor="end",
                mono=True,
            )
        ]
        for number, column in enumerate(self.columns):
            inside = set(column.rows) & set(rows)
            if not inside:
                continue
            if column.is_gap:
                shapes.append(_cell_text(number, y, "…", role, 12))
                continue
            cell = Box(
                _left(number),
                y,
                _WIDTH,
                _HEIGHT,
                "ground",
                role,
                radius=3,
                weight=1.6,
            )
            shapes.append(cell)
            if numbered:
                index = list(rows).index(column.row)
                shapes.append(_cell_text(number, y, str(index), "ink", 11))
        return shapes

    def _unused_cells(self, rows: range, y: float) -> list[Shape]:
        shapes: list[Shape] = []
        for number, column in enumerate(self.columns):
            if not set(column.rows) & set(rows):
                continue
            if column.is_gap:
                shapes.append(_cell_text(number, y, "…", "soft", 12))
                continue
            cell = Box(
                _left(number),
                y,
                _WIDTH,
                _HEIGHT,
                None,
                "line",
                radius=3,
                dashed=True,
            )
            shapes.append(cell)
        return shapes

    def _timesteps_bracket(self, window: range, y: float) -> list[Shape]:
        """Return the bracket above a window, open to it."""
        left, right = self._extent(window)
        y += _BRACKET - 6  # 6 above the cells, its word on top
        points = ((left, y + 4), (left, y), (right, y), (right, y + 4))
        word = label(left, y - 5, f"{len(window)} timesteps", "timesteps", 11)
        return [Line(points, "timesteps", head=False, weight=1.2), word]

    def _horizon_bracket(self, rows: Iterable[int], y: float) -> list[Shape]:
        """Return the bracket below the rows from a window to its labels, open to them."""
        left, right = self._extent(rows)
        y += 6  # below the cells
        points = ((left, y - 4), (left, y), (right, y), (right, y - 4))
        horizons = self._windows.horizons
        text = f"horizon {min(horizons)}"
        if len(horizons) > 1:
            text += f" to {max(horizons)}"
        word = label(left, y + 14, text, "soft", 11)
        return [Line(points, "soft", head=False, weight=1.2), word]

    def _extent(self, rows: Iterable[int]) -> tuple[float, float]:
        """Return the left and right end of neighbouring rows, 1 pixel inside their cells."""
        wanted = set(rows)
        numbers = [
            k
            for k, column in enumerate(self.columns)
            if wanted & set(column.rows)
        ]
        return _left(numbers[0]) + 1, _left(numbers[-1]) + _WIDTH - 1

    def _lines(self) -> list[tuple[tuple[Span, ...], str]]:
        """Return the lines of text under the picture, each with its words before they were cut."""
        windows = self._windows
        lines: list[tuple[tuple[Span, ...], str]] = []
        more = len(windows) - self._samples
        if more:
            plural = "s" if more > 1 else ""
            lines.append(
                ((Span(f"… and {more} more sample{plural}", "soft", 12),), "")
            )
        x, y = windows.axes
        lines.append(_shape_line("x", x, windows.feature_names))
        lines.append(_shape_line("y", y, windows.target_names))
        if windows.peeks:
            text = "The labels stand inside their windows: the model can copy them."
            lines.append(((Span(text, "warn", 12),), ""))
        return lines


def _shape_line(
    name: str, axes: Sequence[Axis], columns: Sequence[str]
) -> tuple[tuple[Span, ...], str]:
    """Return the shape of x or y, its axes in their colours, and the columns that it holds."""
    spans = [Span(f"{name} (", "ink", 13, bold=True)]
    for number, (size, word) in enumerate(axes):
        if number:
            spans.append(Span(", ", "ink", 13))
        role = word if word in AXES else "soft"
        spans.append(Span(f"{size} {word}", role, 13, bold=True))
    names = ", ".join(printable_line(column) for column in columns)
    cut = shorten(names, _NAMES, 12)
    spans += [Span(")", "ink", 13, bold=True), Span(f"  {cut}", "soft", 12)]
    return tuple(spans), names if cut != names else ""


def _cell_text(
    number: int, y: float, text: str, role: str, size: float
) -> Text:
    """Return a text in the middle of a cell."""
    return label(
        _left(number) + _WIDTH / 2,
        y + _BASELINE,
        text,
        role,
        size,
        anchor="middle",
    )


def _left(number: int) -> float:
    """Return the left side of a column."""
    return _LEFT + number * (_WIDTH + _BETWEEN)


def _fill_gaps(rows: Sequence[int]) -> Iterable[Column]:
    """Yield a column for each row, and one for the rows between two; a single one is drawn."""
    yield Column(rows[0], rows[0])
    for before, row in pairwise(rows):
        if row - before > 1:
            yield Column(before + 1, row - 1)
        yield Column(row, row)
