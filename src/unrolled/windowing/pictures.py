"""The picture of windows: which rows of the series became which timestep of x and which label in y."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from unrolled.scenes.colors import AXES
from unrolled.scenes.fonts import shorten
from unrolled.scenes.pictures import Picture
from unrolled.scenes.shapes import Box, Line, Scene, Shape, Span, Text, bounds_of, label

if TYPE_CHECKING:
    from unrolled.windowing.windows import Windows

_EDGE, _LEFT = 24.0, 86.0  # around the picture; where the strip begins
_WIDE, _TALL, _BETWEEN = 34.0, 24.0, 4.0  # a cell, and the room beside and below it
_BRACKET, _SAMPLE = 24.0, 14.0  # a bracket with its word; the room between two samples
_LINE, _NAMES = 22.0, 520.0  # from one line of text to the next; room for the names of the columns
_MOST = 24  # rows of the series that are drawn without leaving any out


@dataclass(frozen=True)
class Column:
    """One column of the picture: a row of the series, or all those from ``row`` to ``last`` that are left out."""

    row: int
    last: int

    @property
    def rows(self) -> range:
        """The rows that it stands for."""
        return range(self.row, self.last + 1)

    @property
    def text(self) -> str:
        """What stands above it."""
        return str(self.row) if self.row == self.last else "…"


class WindowPicture(Picture):
    """The first samples of :class:`unrolled.Windows` under the series that they were cut from."""

    def __init__(self, windows: Windows, samples: int = 3) -> None:
        self._windows, self._samples = windows, min(samples, len(windows))

    def words(self) -> str:
        """Return the same in words."""
        return str(self._windows)

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns, from the left."""
        keys = set[int]()
        for sample in range(self._samples):
            rows = self._label_rows(sample)
            keys |= {*_ends(self._window_rows(sample)), min(rows), max(rows)}
        if max(keys) - min(keys) < _MOST:
            keys |= set(range(min(keys), max(keys)))
        return tuple(_filled(sorted({0, *keys, self._windows.rows - 1})))

    @cached_property
    def scene(self) -> Scene:
        """The picture as plain data, in pixels."""
        shapes = [
            label(_LEFT - 10, _EDGE + 16, "row", "soft", 12, anchor="end"),
            *self._strip(_EDGE),
        ]
        y = _EDGE + _TALL + _SAMPLE
        for sample in range(self._samples):
            drawn, y = self._sample(sample, y, marked=sample == 0)
            shapes += drawn
        y += 8
        for text in self._lines():
            shapes.append(Text(_EDGE, y, text[0], full=text[1]))
            y += _LINE
        right = bounds_of(shapes)[2]
        title = f"{len(self._windows)} windows cut from {self._windows.rows} rows"
        return Scene(right + _EDGE, y - _LINE + _EDGE, shapes, title, self.words())

    def _window_rows(self, sample: int) -> range:
        start = int(self._windows.starts[sample])
        return range(start, start + self._windows.timesteps)

    def _label_rows(self, sample: int) -> list[int]:
        return [int(row) for row in np.atleast_1d(self._windows.label_rows[sample])]

    def _strip(self, y: float) -> list[Shape]:
        """Return the rows of the series."""
        shapes: list[Shape] = []
        for place, column in enumerate(self.columns):
            if len(column.rows) == 1:
                shapes.append(Box(_x(place), y, _WIDE, _TALL, "sheet", "line", radius=3))
            shapes.append(
                label(_x(place) + _WIDE / 2, y + 16, column.text, "soft", 11, anchor="middle")
            )
        return shapes

    def _sample(self, sample: int, y: float, *, marked: bool) -> tuple[list[Shape], float]:
        """Return one sample, its window above its label, and where the next one begins."""
        window, labels = self._window_rows(sample), self._label_rows(sample)
        last = window[-1]
        gap = [] if self._windows.per_step else list(range(last + 1, min(labels)))
        shapes: list[Shape] = []
        if marked:
            shapes += self._bracket(
                window, y + 18, f"{len(window)} timesteps", "timesteps", up=False
            )
            y += _BRACKET
        shapes += self._lane(f"x[{sample}]", y, window, "timesteps", numbered=True)
        y += _TALL + _BETWEEN
        shapes += self._lane(f"y[{sample}]", y, labels, self._label_role, numbered=len(labels) > 1)
        shapes += self._gap(gap, y)
        y += _TALL
        if marked and not self._windows.per_step and min(labels) > last:
            shapes += self._bracket([*gap, *labels], y + 6, self._horizon, "soft", up=True)
            y += _BRACKET
        return shapes, y + _SAMPLE

    @property
    def _label_role(self) -> str:
        return "warn" if self._windows.peeks else "targets"

    @property
    def _horizon(self) -> str:
        found = self._windows.horizons
        return f"horizon {found[0]}" if len(found) == 1 else f"horizon {min(found)} to {max(found)}"

    def _lane(
        self, name: str, y: float, rows: Sequence[int], role: str, *, numbered: bool
    ) -> list[Shape]:
        """Return the cells of x or of y, each under its row and with its place along the axis of time."""
        shapes: list[Shape] = [label(_LEFT - 10, y + 16, name, role, 12, anchor="end", mono=True)]
        for place, column in enumerate(self.columns):
            inside = [row for row in column.rows if row in rows]
            middle = _x(place) + _WIDE / 2
            if inside and len(column.rows) > 1:
                shapes.append(label(middle, y + 16, "…", role, 12, anchor="middle"))
            elif inside:
                shapes.append(Box(_x(place), y, _WIDE, _TALL, "ground", role, radius=3, weight=1.6))
                text = str(list(rows).index(inside[0])) if numbered else ""
                shapes += [label(middle, y + 16, text, "ink", 11, anchor="middle")] if text else []
        return shapes

    def _gap(self, rows: Sequence[int], y: float) -> list[Shape]:
        """Return the rows between a window and its label, which are in neither."""
        shapes: list[Shape] = []
        for place, column in enumerate(self.columns):
            if not set(column.rows) & set(rows):
                continue
            if len(column.rows) > 1:
                shapes.append(
                    label(_x(place) + _WIDE / 2, y + 16, "…", "soft", 12, anchor="middle")
                )
            else:
                shapes.append(Box(_x(place), y, _WIDE, _TALL, None, "line", radius=3, dashed=True))
        return shapes

    def _bracket(
        self, rows: Iterable[int], y: float, text: str, role: str, *, up: bool
    ) -> list[Shape]:
        """Return a bracket along some rows with its word; up: open at the top, with the word below."""
        found = set(rows)
        places = [place for place, column in enumerate(self.columns) if found & set(column.rows)]
        left, right = _x(places[0]) + 1, _x(places[-1]) + _WIDE - 1
        end = y - 4 if up else y + 4
        line = Line(
            ((left, end), (left, y), (right, y), (right, end)), role, head=False, weight=1.2
        )
        return [line, label(left, y + 14 if up else y - 5, text, role, 11)]

    def _lines(self) -> list[tuple[tuple[Span, ...], str]]:
        """Return the lines of text under the picture, each with its words before they were cut."""
        made = self._windows
        told = (made.axes[0], made.feature_names), (made.axes[1], made.target_names)
        lines = [
            _shape_line(name, axes, columns)
            for name, (axes, columns) in zip("xy", told, strict=True)
        ]
        if len(made) > self._samples:
            more = len(made) - self._samples
            lines.insert(
                0, ((Span(f"… and {more} more sample{'s' * (more != 1)}", "soft", 12),), "")
            )
        if made.peeks:
            lines.append(
                (
                    (
                        Span(
                            "The labels stand inside their windows: the model can copy them.",
                            "warn",
                            12,
                        ),
                    ),
                    "",
                )
            )
        return lines


def _shape_line(
    name: str, axes: Sequence[tuple[int, str]], columns: Sequence[str]
) -> tuple[tuple[Span, ...], str]:
    """Return the shape of x or y, its axes in their colours, and the columns that it holds."""
    spans = [Span(f"{name} (", "ink", 13, bold=True)]
    for place, (size, word) in enumerate(axes):
        spans += [Span(", ", "ink", 13)] if place else []
        spans.append(Span(f"{size} {word}", word if word in AXES else "soft", 13, bold=True))
    names = ", ".join(columns)
    cut = shorten(names, _NAMES, 12)
    spans += [Span(")", "ink", 13, bold=True), Span(f"  {cut}", "soft", 12)]
    return tuple(spans), names if cut != names else ""


def _x(place: int) -> float:
    """Return the left side of a column."""
    return _LEFT + place * (_WIDE + _BETWEEN)


def _ends(rows: range) -> tuple[int, int]:
    return rows[0], rows[-1]


def _filled(rows: Sequence[int]) -> Iterable[Column]:
    """Yield the rows, and between two that are no neighbours what is left out: a single row is drawn instead."""
    yield Column(rows[0], rows[0])
    for before, row in pairwise(rows):
        if row - before > 1:
            yield Column(before + 1, row - 1)
        yield Column(row, row)
