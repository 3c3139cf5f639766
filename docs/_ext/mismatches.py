"""Two shapes side by side: what came, and what the fix makes of it, axis under axis."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from unrolled.explanations.patterns import fill
from unrolled.scenes.colors import AXES
from unrolled.scenes.fonts import text_width
from unrolled.scenes.pictures import Picture
from unrolled.scenes.scene import Scene
from unrolled.scenes.shapes import Box, Shape, label

_EDGE, _HEAD, _TALL, _GAP, _ROW = 12.0, 30.0, 34.0, 10.0, 58.0
_NAMES = 56.0  # from the edge to the first box: room for "takes"
#: what a message writes for an axis of any size
_UNKNOWN = ("None", "?", "-1")

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


def read_axes(written: Sequence[str]) -> list[Axis]:
    """Return the axes of a shape that is written axis by axis.

    >>> read_axes(["batch", "timesteps 10", "3"])
    [Axis(size='', word='batch'), Axis(size='10', word='timesteps'), Axis(size='3', word='')]
    """
    axes: list[Axis] = []
    for text in written:
        word, size = re.fullmatch(r"(.*?)\s*(\d+|any)?", text).groups("")  # type: ignore[union-attr]
        axes.append(Axis(size, word))
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
    items = ast.literal_eval(text.replace("?", "None"))
    if not isinstance(items, tuple | list):
        raise ValueError(f"Expected a shape in brackets, got {text!r}.")
    axes: list[Axis] = []
    for position, item in enumerate(items):
        axis = Axis(word=item) if isinstance(item, str) else Axis(str(item))
        if axis.size in _UNKNOWN:
            axis = Axis("any")
        # Keras leaves the size of the batch open, and no other name is known
        if item is None and position == 0:
            axis = Axis(word="batch")
        axes.append(axis)
    return axes


def read_shape(written: Written, values: Mapping[str, str]) -> list[Axis]:
    """Return the axes of a shape, with the values of a message.

    >>> read_shape("shape", {"shape": "(None, 15)"})[1]
    Axis(size='15', word='')
    >>> read_shape(["batch", "features {got}"], {"got": "5"})[1]
    Axis(size='5', word='features')
    """
    if isinstance(written, str):
        return read_message(values[written])
    return read_axes([fill(axis, values) for axis in written])


def read_shapes(
    tables: Sequence[Mapping[str, object]],
    cause: int,
    values: Mapping[str, str],
) -> Mismatch | None:
    """Return the picture of a cause, counted from one; None where its fix changes no shape."""
    for table in tables:
        parts = dict(table)
        if cause in parts.pop("causes"):  # type: ignore[operator]
            return Mismatch(values=values, **parts)  # type: ignore[arg-type]
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
        values: Mapping[str, str] | None = None,
    ) -> None:
        self.of = of
        self.takes = read_shape(takes, values or {})
        self.got = read_shape(got, values or {})
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
        pairs = list(zip(self._above, self._below, strict=True))
        above, below = _EDGE + _HEAD, _EDGE + _HEAD + _ROW
        shapes: list[Shape] = [
            label(_EDGE, _EDGE + 14, self.of, "soft", 13),
            _row_name("takes", above),
            _row_name("got", below),
        ]
        x = _EDGE + _NAMES
        for taken, came in pairs:
            width = max(_width(taken), _width(came))
            shapes += _taken_box(taken, x, above, width)
            shapes += _came_box(came, taken, x, below, width)
            x += width + _GAP
        # the name of what it is may be longer than its shape
        right = max(x - _GAP, _EDGE + text_width(self.of, 13))
        return Scene(
            right + _EDGE,
            below + _TALL + _EDGE,
            shapes,
            f"The shape that does not fit: {self.of}",
            self.words(),
        )


def _spread(axes: Sequence[Axis], missing: Sequence[int], count: int) -> Axes:
    """Return the axes with a gap at each place that this shape does not have, count in all."""
    if len(axes) == count:
        return list(axes)
    spread: Axes = list(axes)
    for place in missing:
        spread.insert(place, None)
    if len(spread) != count:
        raise ValueError(
            f"Expected the places of {count - len(axes)} missing axes, got {list(missing)}."
        )
    return spread


def _differs(came: Axis, taken: Axis) -> bool:
    """Return whether an axis that came is not the one that is taken, as far as known.

    >>> _differs(Axis("15"), Axis("10", "timesteps")), _differs(Axis("15"), Axis(word="features"))
    (True, False)
    """
    if taken.size and came.size:
        return taken.size != came.size
    # keys and states are told apart by their names
    named = taken.word and came.word and not taken.size + came.size
    return bool(named) and taken.word != came.word


def _width(axis: Axis | None) -> float:
    if axis is None:
        return 82.0
    return max(64.0, text_width(axis.text, 13, bold=True) + 22)


def _row_name(name: str, y: float) -> Shape:
    x = _EDGE + _NAMES - 10
    return label(x, _baseline(y), name, "ink", 13, anchor="end", bold=True)


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
    role = axis.word if axis.word in AXES else "line"
    middle = x + width / 2
    box = Box(x, y, width, _TALL, "ground", role, radius=6, weight=1.4)
    return [
        box,
        label(middle, _baseline(y), axis.text, "ink", 13, anchor="middle"),
    ]


def _wrong_box(axis: Axis, x: float, y: float, width: float) -> list[Shape]:
    middle = x + width / 2
    box = Box(x, y, width, _TALL, "ground", "warn", radius=6, weight=2.4)
    text = label(
        middle, _baseline(y), axis.text, "ink", 13, anchor="middle", bold=True
    )
    cross = label(
        x + width - 3, y - 3, "✕", "warn", 13, anchor="end", bold=True
    )
    return [box, text, cross]


def _gap_box(
    word: str, role: str, x: float, y: float, width: float
) -> list[Shape]:
    middle = x + width / 2
    box = Box(x, y, width, _TALL, None, role, radius=6, dashed=True)
    return [
        box,
        label(middle, _baseline(y), word, role, 12, anchor="middle"),
    ]
