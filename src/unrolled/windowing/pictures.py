"""The picture of windows: which rows of a series became which timestep of x, which label of y."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from unrolled.scenes.pictures import Picture
from unrolled.scenes.scene import Scene
from unrolled.scenes.shapes import Shape, Span, Text, bounds_of
from unrolled.windowing import marks
from unrolled.windowing.columns import Column, fill_gaps

if TYPE_CHECKING:
    from unrolled.windowing.windows import Windows

_MOST_ROWS = 24  # that are drawn without leaving any out: they fit into the column of a page


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
        series = self._windows.rows
        rows = set[int]()
        for sample in range(self._samples):
            window = self._window_rows(sample)
            labels = self._label_rows(sample)
            rows |= {window[0], window[-1], min(labels), max(labels)}
        if max(rows) - min(rows) < _MOST_ROWS:
            rows |= set(range(min(rows), max(rows)))
        return tuple(fill_gaps(sorted({0, *rows, series - 1})))

    @cached_property
    def scene(self) -> Scene:
        """The picture as plain data, in pixels."""
        shapes: list[Shape] = [
            marks.lane_name("row", marks.EDGE, "soft", mono=False)
        ]
        for number, column in enumerate(self.columns):
            if not column.is_gap:
                shapes.append(marks.row_cell(number, marks.EDGE))
            text = marks.cell_text(number, marks.EDGE, column.text, "soft", 11)
            shapes.append(text)
        y = marks.EDGE + marks.HEIGHT + marks.AFTER_SAMPLE
        for sample in range(self._samples):
            drawn, y = self._sample(sample, y)
            shapes += drawn
        y += 8  # the texts belong to all samples
        for spans, full in self._lines():
            shapes.append(Text(marks.EDGE, y, spans, full=full))
            y += marks.LINE
        return Scene(
            bounds_of(shapes)[2] + marks.EDGE,
            y - marks.LINE + marks.EDGE,
            shapes,
            f"{len(self._windows)} windows cut from {self._windows.rows} rows",
            self.words(),
        )

    def _window_rows(self, sample: int) -> range:
        start = int(self._windows.starts[sample])
        return range(start, start + self._windows.timesteps)

    def _label_rows(self, sample: int) -> list[int]:
        rows = np.atleast_1d(self._windows.label_rows[sample])
        return list(map(int, rows))

    def _sample(self, sample: int, y: float) -> tuple[list[Shape], float]:
        """Return one sample, its window above its labels, and where the next one begins."""
        window, labels = self._window_rows(sample), self._label_rows(sample)
        with_brackets = sample == 0  # they say the same of each
        shapes: list[Shape] = []
        if with_brackets:
            left, right = self._extent(window)
            text = f"{len(window)} timesteps"
            shapes += marks.bracket_above(left, right, y, text)
            y += marks.BRACKET
        name = f"x[{sample}]"
        shapes += self._lane(name, y, window, "timesteps", numbered=True)
        y += marks.HEIGHT + marks.BETWEEN
        name = f"y[{sample}]"
        role = "warn" if self._windows.peeks else "targets"
        several = len(labels) > 1
        shapes += self._lane(name, y, labels, role, numbered=several)
        unused = self._unused_rows(window, labels)
        shapes += self._unused_cells(unused, y)
        y += marks.HEIGHT
        labels_follow = min(labels) > window[-1]
        has_horizon = labels_follow and not self._windows.per_step
        if with_brackets and has_horizon:
            left, right = self._extent([*unused, *labels])
            text = self._horizon_text()
            shapes += marks.bracket_below(left, right, y, text)
            y += marks.BRACKET
        return shapes, y + marks.AFTER_SAMPLE

    def _horizon_text(self) -> str:
        horizons = self._windows.horizons
        if len(horizons) == 1:
            return f"horizon {horizons[0]}"
        return f"horizon {min(horizons)} to {max(horizons)}"

    def _unused_rows(self, window: range, labels: Sequence[int]) -> range:
        """Return the rows between a window and its label, which are in neither."""
        if self._windows.per_step:
            return range(0)
        return range(window[-1] + 1, min(labels))

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
        shapes: list[Shape] = [marks.lane_name(name, y, role, mono=True)]
        for number, column in self._columns_of(rows):
            if column.is_gap:
                shapes.append(marks.cell_text(number, y, "…", role, 12))
                continue
            shapes.append(marks.sample_cell(number, y, role))
            if numbered:
                index = str(rows.index(column.row))
                shapes.append(marks.cell_text(number, y, index, "ink", 11))
        return shapes

    def _unused_cells(self, rows: range, y: float) -> list[Shape]:
        shapes: list[Shape] = []
        for number, column in self._columns_of(rows):
            if column.is_gap:
                shapes.append(marks.cell_text(number, y, "…", "soft", 12))
            else:
                shapes.append(marks.unused_cell(number, y))
        return shapes

    def _extent(self, rows: Iterable[int]) -> tuple[float, float]:
        """Return the left and right end of neighbouring rows, 1 pixel inside their cells."""
        numbers = [number for number, _ in self._columns_of(rows)]
        first, last = numbers[0], numbers[-1]
        return marks.left_of(first) + 1, marks.left_of(last) + marks.WIDTH - 1

    def _columns_of(self, rows: Iterable[int]) -> Iterator[tuple[int, Column]]:
        """Yield the columns that stand for any of the rows, with their numbers."""
        wanted = set(rows)
        for number, column in enumerate(self.columns):
            if wanted & set(column.rows):
                yield number, column

    def _lines(self) -> list[tuple[tuple[Span, ...], str]]:
        """Return the lines of text under the picture, each with its words before they were cut."""
        windows = self._windows
        lines: list[tuple[tuple[Span, ...], str]] = []
        more = len(windows) - self._samples
        if more > 0:
            text = f"… and {more} more sample{'s' * (more > 1)}"
            lines.append(((Span(text, "soft", 12),), ""))
        x, y = windows.axes
        lines.append(marks.shape_line("x", x, windows.feature_names))
        lines.append(marks.shape_line("y", y, windows.target_names))
        if windows.peeks:
            text = "The labels stand inside their windows: the model can copy them."
            lines.append(((Span(text, "warn", 12),), ""))
        return lines
