"""The picture of windows: which rows of a series became which timestep of x, which label of y."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from unrolled.axes import say_count
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
            window, labels = self._rows_of(sample)
            rows |= {window[0], window[-1], min(labels), max(labels)}
        # where all rows of the samples find room, none between them is left out
        if max(rows) - min(rows) < _MOST_ROWS:
            rows |= set(range(min(rows), max(rows)))
        # the series is drawn as far as it goes, though the samples are some way inside it
        rows |= {0, series - 1}
        return tuple(fill_gaps(sorted(rows)))

    @cached_property
    def scene(self) -> Scene:
        """The picture as plain data, in pixels."""
        series = self._windows.rows
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
        width = bounds_of(shapes)[2] + marks.EDGE
        # y is where one more line would stand
        height = y - marks.LINE + marks.EDGE
        title = f"{len(self._windows)} windows cut from {series} rows"
        return Scene(width, height, shapes, title, self.words())

    def _rows_of(self, sample: int) -> tuple[range, list[int]]:
        """Return the rows of a window, and those that its labels come from."""
        windows = self._windows
        start = int(windows.starts[sample])
        window = range(start, start + windows.timesteps)
        # a single horizon gives each window one row, not a list of them
        labels = np.atleast_1d(windows.label_rows[sample])
        return window, labels.tolist()

    def _sample(self, sample: int, y: float) -> tuple[list[Shape], float]:
        """Return one sample, its window above its labels, and where the next one begins."""
        windows = self._windows
        window, labels = self._rows_of(sample)
        shapes: list[Shape] = []
        # the brackets say the same of each sample: the first one has them
        with_brackets = sample == 0
        if with_brackets:
            left, right = self._extent(window)
            text = say_count(len(window), "timesteps")
            shapes += marks.bracket_above(left, right, y, text)
            y += marks.BRACKET
        name = f"x[{sample}]"
        shapes += self._lane(name, y, window, "timesteps", numbered=True)
        y += marks.HEIGHT + marks.BETWEEN
        name = f"y[{sample}]"
        role = "targets"
        if windows.peeks:
            role = "warn"
        several = len(labels) > 1
        shapes += self._lane(name, y, labels, role, numbered=several)
        # rows between a window and its label are in neither; labels of each timestep have none
        unused = range(window[-1] + 1, min(labels))
        if windows.per_step:
            unused = range(0)
        shapes += self._unused_cells(unused, y)
        y += marks.HEIGHT
        labels_follow = min(labels) > window[-1]
        has_horizon = labels_follow and not windows.per_step
        if with_brackets and has_horizon:
            left, right = self._extent([*unused, *labels])
            text = self._horizon_text()
            shapes += marks.bracket_below(left, right, y, text)
            y += marks.BRACKET
        return shapes, y + marks.AFTER_SAMPLE

    def _horizon_text(self) -> str:
        horizons = self._windows.horizons
        nearest, farthest = min(horizons), max(horizons)
        if len(horizons) == 1:
            return f"horizon {nearest}"
        return f"horizon {nearest} to {farthest}"

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
        left = marks.left_of(numbers[0])
        right = marks.left_of(numbers[-1]) + marks.WIDTH
        return left + 1, right - 1

    def _columns_of(self, rows: Iterable[int]) -> Iterator[tuple[int, Column]]:
        """Yield the columns that stand for any of the rows, with their numbers."""
        wanted = set(rows)
        for number, column in enumerate(self.columns):
            stands_for = set(column.rows)
            if wanted & stands_for:
                yield number, column

    def _lines(self) -> list[tuple[tuple[Span, ...], str]]:
        """Return the lines of text under the picture, each with its words before they were cut."""
        windows = self._windows
        lines: list[tuple[tuple[Span, ...], str]] = []
        more = len(windows) - self._samples
        if more > 0:
            text = f"… and {more} more sample{'s' * (more > 1)}"
            span = Span(text, "soft", 12)
            lines.append(((span,), ""))
        x, y = windows.axes
        lines.append(marks.shape_line("x", x, windows.feature_names))
        lines.append(marks.shape_line("y", y, windows.target_names))
        if windows.peeks:
            text = "The labels stand inside their windows: the model can copy them."
            span = Span(text, "warn", 12)
            lines.append(((span,), ""))
        return lines
