"""Two shapes side by side: what came, and what the fix makes of it, axis under axis."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from unrolled.explanations.patterns import fill
from unrolled.scenes.colors import AXES
from unrolled.scenes.fonts import text_width
from unrolled.scenes.pictures import Picture
from unrolled.scenes.scene import Scene
from unrolled.scenes.shapes import Box, Shape, label

_EDGE, _HEAD, _TALL, _GAP, _ROW = 12.0, 30.0, 34.0, 10.0, 58.0
_NAMES = 56.0  # from the edge to the first box: room for "takes"
NO_VALUES: Mapping[str, str] = MappingProxyType({})

#: what is written of a shape: its axes, or the placeholder whose value is a shape
Written = str | Sequence[str]


@dataclass(frozen=True)
class Axis:
    """One axis of a shape: its size as text and its word, each empty where it is not known."""

    size: str = ""
    word: str = ""

    @property
    def text(self) -> str:
        """What stands in its box."""
        return f"{self.word} {self.size}".strip()


Axes = list[Axis | None]
#: what Python writes for an axis of any size
_ANY = {"None": Axis("any"), "-1": Axis("any")}


def read_axes(written: Sequence[str]) -> list[Axis]:
    """Return the axes of a shape that is written axis by axis.

    >>> read_axes(["batch", "timesteps 10", "3"])
    [Axis(size='', word='batch'), Axis(size='10', word='timesteps'), Axis(size='3', word='')]
    """
    axes: list[Axis] = []
    for text in written:
        word, size = re.fullmatch(r"(.*?)\s*(\d+|any)?", text).groups("")  # type: ignore[union-attr]
        axis = Axis(size, word)
        axes.append(axis)
    return axes


def read_message(text: str) -> list[Axis]:
    """Return the axes of a shape as a message writes it.

    Raises ValueError for a text that is not a shape, such as a sentence.

    >>> [axis.text for axis in read_message("(None, 15)")]
    ['batch', '15']
    >>> [axis.text for axis in read_message("[?,20,None]")]
    ['batch', '20', 'any']
    >>> [axis.text for axis in read_message("['a', 'b']")]
    ['a', 'b']
    """
    # some messages write "?" where others write None
    python = text.replace("?", "None")
    items = ast.literal_eval(python)
    if not isinstance(items, tuple | list):
        raise ValueError(f"Expected a shape in brackets, got {text!r}.")
    axes: list[Axis] = []
    for item in items:
        size = repr(item)
        axis = _ANY.get(size, Axis(size))
        # the name of an input or a state
        if isinstance(item, str):
            axis = Axis(word=item)
        axes.append(axis)
    # Keras leaves the size of the batch open, and no other name is known
    if None in items[:1]:
        axes[0] = Axis(word="batch")
    return axes


def read_shape(written: Written, values: Mapping[str, str]) -> list[Axis]:
    """Return the axes of a shape, with the values of a message.

    >>> read_shape("shape", {"shape": "(None, 15)"})[1]
    Axis(size='15', word='')
    >>> read_shape(["batch", "features {got}"], {"got": "5"})[1]
    Axis(size='5', word='features')
    """
    # the placeholder of the message
    if isinstance(written, str):
        text = values[written]
        return read_message(text)
    filled = [fill(axis, values) for axis in written]
    return read_axes(filled)


def read_shapes(
    tables: Sequence[Mapping[str, Any]],
    cause: int,
    values: Mapping[str, str],
) -> Mismatch | None:
    """Return the picture of a cause, counted from one; None where its fix changes no shape."""
    for table in tables:
        parts = dict(table)
        # the rest of a table is what the picture takes
        causes: Any = parts.pop("causes")
        if cause in causes:
            return Mismatch(values=values, **parts)
    return None


class Mismatch(Picture):
    """The picture of a shape that does not fit, under the one that the fix makes of it.

    of: what has the shape. takes, got: after the fix, and before. values: those of the message.
    missing: the places of the axes that only the longer of the two shapes has, in this shape.
    """

    def __init__(
        self,
        of: str,
        takes: Written,
        got: Written,
        missing: Sequence[int] = (),
        values: Mapping[str, str] = NO_VALUES,
    ) -> None:
        self.of = of
        self.takes = read_shape(takes, values)
        self.got = read_shape(got, values)
        count = max(len(self.takes), len(self.got))
        self._above = _spread(self.takes, missing, count)
        self._below = _spread(self.got, missing, count)

    def words(self) -> str:
        """Return both shapes as text."""
        takes = ", ".join(axis.text for axis in self.takes)
        got = ", ".join(axis.text for axis in self.got)
        return f"{self.of}\ntakes ({takes})\ngot   ({got})"

    @property
    def scene(self) -> Scene:
        """The picture as plain data, in pixels."""
        above = _EDGE + _HEAD
        below = above + _ROW
        shapes: list[Shape] = [
            label(_EDGE, _EDGE + 14, self.of, "soft", 13),
            _row_name("takes", above),
            _row_name("got", below),
        ]
        x = _EDGE + _NAMES
        # axis under axis, each pair as wide as the wider of both
        for taken, came in zip(self._above, self._below, strict=True):
            width = max(_width(taken), _width(came))
            shapes += _taken_box(taken, x, above, width)
            shapes += _came_box(came, taken, x, below, width)
            x += width + _GAP
        # the name of what it is may be longer than its shape
        heading = text_width(self.of, 13)
        right = max(x - _GAP, _EDGE + heading)
        bottom = below + _TALL
        title = f"The shape that does not fit: {self.of}"
        return Scene(
            right + _EDGE,
            bottom + _EDGE,
            shapes,
            title,
            self.words(),
        )


def _spread(axes: Sequence[Axis], missing: Sequence[int], count: int) -> Axes:
    """Return the axes with a gap at each place that this shape does not have, count in all."""
    spread: Axes = list(axes)
    # the places are those of the other shape
    if len(spread) == count:
        return spread
    for place in missing:
        spread.insert(place, None)
    if len(spread) != count:
        wanted = count - len(axes)
        places = list(missing)
        raise ValueError(
            f"Expected the places of {wanted} missing axes, got {places}."
        )
    return spread


def _differs(came: Axis, taken: Axis) -> bool:
    """Return whether an axis that came is not the one that is taken, as far as known.

    >>> _differs(Axis("15"), Axis("10", "timesteps")), _differs(Axis("15"), Axis(word="features"))
    (True, False)
    """
    sizes = {taken.size, came.size}
    words = {taken.word, came.word}
    # an axis whose size is not known may be any
    unknown = {""}
    known_sizes = sizes - unknown
    known_words = words - unknown
    # keys and states, which have no sizes, are told apart by their names
    compared = known_sizes or known_words
    return len(compared) == 2


def _width(axis: Axis | None) -> float:
    if axis is None:
        return 82.0
    # as wide as it is where it is wrong, which is bold
    text = text_width(axis.text, 13, bold=True)
    return max(64.0, text + 22)


def _row_name(name: str, y: float) -> Shape:
    x = _EDGE + _NAMES - 10
    baseline = _baseline(y)
    return label(x, baseline, name, "ink", 13, anchor="end", bold=True)


def _baseline(y: float) -> float:
    return y + _TALL / 2 + 4


def _taken_box(
    axis: Axis | None, x: float, y: float, width: float
) -> list[Shape]:
    if axis is None:
        return _gap_box("none", "soft", x, y, width)
    return _plain_box(axis, x, y, width)


def _came_box(
    axis: Axis | None, taken: Axis | None, x: float, y: float, width: float
) -> list[Shape]:
    if axis is None:
        return _gap_box("missing", "warn", x, y, width)
    if taken is None or _differs(axis, taken):
        return _wrong_box(axis, x, y, width)
    return _plain_box(axis, x, y, width)


def _plain_box(axis: Axis, x: float, y: float, width: float) -> list[Shape]:
    # the names of inputs and states have no colour
    role = axis.word if axis.word in AXES else "line"
    middle = x + width / 2
    baseline = _baseline(y)
    box = Box(x, y, width, _TALL, "ground", role, radius=6, weight=1.4)
    text = label(middle, baseline, axis.text, "ink", 13, anchor="middle")
    return [box, text]


def _wrong_box(axis: Axis, x: float, y: float, width: float) -> list[Shape]:
    middle = x + width / 2
    right = x + width
    baseline = _baseline(y)
    box = Box(x, y, width, _TALL, "ground", "warn", radius=6, weight=2.4)
    text = label(
        middle, baseline, axis.text, "ink", 13, anchor="middle", bold=True
    )
    # who sees no colours sees the cross
    cross = label(right - 3, y - 3, "✕", "warn", 13, anchor="end", bold=True)
    return [box, text, cross]


def _gap_box(
    word: str, role: str, x: float, y: float, width: float
) -> list[Shape]:
    middle = x + width / 2
    baseline = _baseline(y)
    box = Box(x, y, width, _TALL, None, role, radius=6, dashed=True)
    text = label(middle, baseline, word, role, 12, anchor="middle")
    return [box, text]
