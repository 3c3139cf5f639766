"""Two shapes side by side: what is taken, and what came, axis under axis."""

from __future__ import annotations

import re
from dataclasses import dataclass

from unrolled.scenes.colors import AXES
from unrolled.scenes.fonts import text_width
from unrolled.scenes.pictures import Picture
from unrolled.scenes.scene import Scene
from unrolled.scenes.shapes import Box, Shape, label

_EDGE, _TALL, _GAP, _ROW = 12.0, 34.0, 10.0, 58.0
#: the size of an axis and its word, each of which may be missing
_AXIS = re.compile(r"(\d+|None|\?|-1)?\s*(.*)", re.DOTALL)

#: where any size will do; None where an axis has a word alone
_UNKNOWN = ("None", "?", "-1", None)


@dataclass(frozen=True)
class Axis:
    """One axis of a shape: its size as text, empty where any will do, and its word, if known."""

    size: str = ""
    word: str = ""

    @property
    def text(self) -> str:
        """What stands in its box."""
        return f"{self.size} {self.word}".strip()


def read_axes(text: str) -> list[Axis]:
    """Return the axes of a shape that is written with sizes, words or both.

    >>> [a.text for a in read_axes("(batch, 10 timesteps, 3)")]
    ['batch', '10 timesteps', '3']
    >>> read_axes("(None, 15)")[0]
    Axis(size='', word='batch')
    """
    inside = text.strip().strip("()[]")
    parts = map(str.strip, inside.split(","))
    axes = []
    # ``(2,)`` has one axis and a comma
    for number, part in enumerate(filter(None, parts)):
        size, word = _AXIS.fullmatch(part).groups()  # type: ignore[union-attr]
        is_unknown = size in _UNKNOWN
        # what an axis is called that has no word
        instead = "any" if is_unknown else ""
        if number == 0:
            instead = "batch"
        known_size = "" if is_unknown else size
        axis = Axis(known_size, word or instead)
        axes.append(axis)
    return axes


class Mismatch(Picture):
    """The picture of a shape that was taken for another.

    takes, got: such as ``(batch, 10 timesteps, 3 features)``.
    """

    def __init__(self, takes: str, got: str) -> None:
        self._takes, self._got = read_axes(takes), read_axes(got)

    def words(self) -> str:
        """Return both shapes as text."""
        takes = ", ".join(axis.text for axis in self._takes)
        got = ", ".join(axis.text for axis in self._got)
        return f"takes ({takes})\ngot   ({got})"

    @property
    def scene(self) -> Scene:
        """The picture as plain data, in pixels."""
        count = max(len(self._takes), len(self._got))
        # an axis stands under its like, so both boxes have one width
        widths = []
        for k in range(count):
            width = max(_wide(self._takes, k), _wide(self._got, k))
            widths.append(width)
        shapes: list[Shape] = []
        rows = (("takes", self._takes), ("got", self._got))
        for row, (name, axes) in enumerate(rows):
            y, x = _EDGE + row * _ROW, _EDGE + 56.0
            shapes.append(
                label(
                    x - 10,
                    y + _TALL / 2 + 4,
                    name,
                    "ink",
                    13,
                    anchor="end",
                    bold=True,
                )
            )
            came = row == 1
            for k, width in enumerate(widths):
                axis = axes[k] if k < len(axes) else None
                shapes += self._axis(x, y, width, axis, k, came=came)
                x += width + _GAP
        return Scene(
            x - _GAP + _EDGE,
            2 * _EDGE + _ROW + _TALL,
            shapes,
            "Two shapes that do not fit",
            self.words(),
        )

    def _axis(
        self,
        x: float,
        y: float,
        width: float,
        axis: Axis | None,
        index: int,
        *,
        came: bool,
    ) -> list[Shape]:
        """Return the box of one axis; dashed where there is none."""
        middle = x + width / 2
        # the foot of the letters, a little below the middle of the box
        baseline = y + _TALL / 2 + 4
        if axis is None:
            word = "missing" if came else "none"
            text = label(middle, baseline, word, "warn", 12, anchor="middle")
            box = Box(x, y, width, _TALL, None, "warn", radius=6, dashed=True)
            return [box, text]
        # of a size that is not known
        text_of = axis.text or "any"
        # only what came is marked
        if came and self._differs(axis, index):
            text = label(
                middle, baseline, text_of, "ink", 13, anchor="middle", bold=True
            )
            box = Box(
                x, y, width, _TALL, "ground", "warn", radius=6, weight=2.4
            )
            # in the corner: the size stays readable
            right, top = x + width - 3, y - 3
            cross = label(right, top, "✕", "warn", 13, anchor="end", bold=True)
            return [box, text, cross]
        # an axis that has no colour gets a plain frame
        role = axis.word if axis.word in AXES else "line"
        text = label(middle, baseline, text_of, "ink", 13, anchor="middle")
        box = Box(x, y, width, _TALL, "ground", role, radius=6, weight=1.4)
        return [box, text]

    def _differs(self, axis: Axis, index: int) -> bool:
        """Return whether an axis that came is not the one that is taken, as far as known."""
        # nothing is taken there
        if index >= len(self._takes):
            return True
        taken = self._takes[index]
        # any size will do
        if not taken.size or not axis.size:
            return False
        return taken.size != axis.size


def _wide(axes: list[Axis], index: int) -> float:
    """Return the width that the box of an axis needs, of one that is not there too."""
    # room for the word "missing"
    if index >= len(axes):
        return 82.0
    text = axes[index].text
    needed = text_width(text, 13, bold=True) + 22
    return max(64.0, needed)
