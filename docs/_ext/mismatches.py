"""Two shapes side by side: what is taken, and what came, axis under axis."""

from __future__ import annotations

import re
from dataclasses import dataclass

from unrolled.scenes.colors import AXES
from unrolled.scenes.fonts import text_width
from unrolled.scenes.pictures import Picture
from unrolled.scenes.scene import Scene
from unrolled.scenes.shapes import Box, Shape, label

_AXIS = re.compile(r"(\D*?)\s*(\d+|None|\?|-1)?")  # a word, a size or both
_EDGE, _TALL, _GAP, _ROW = 12.0, 34.0, 10.0, 58.0


@dataclass(frozen=True)
class Axis:
    """One axis of a shape: its size as text, empty where any will do, and its word, if known."""

    size: str = ""
    word: str = ""

    @property
    def text(self) -> str:
        """What stands in its box."""
        return f"{self.word} {self.size}".strip()


def read_axes(text: str) -> list[Axis]:
    """Return the axes of a shape that is written with sizes, words or both.

    >>> [a.text for a in read_axes("(batch, timesteps 10, 3)")]
    ['batch', 'timesteps 10', '3']
    >>> read_axes("(None, 15)")[0]
    Axis(size='', word='batch')
    """
    parts = [
        p.strip() for p in text.strip().strip("()[]").split(",") if p.strip()
    ]
    axes = []
    for number, part in enumerate(parts):
        # Keras writes sizes alone, and whatever holds no size is a word
        found = _AXIS.fullmatch(part)
        word, size = found.groups() if found else (part, None)
        unknown = size in ("None", "?", "-1")
        axes.append(
            Axis(
                "" if unknown or not size else size,
                word or ("batch" if number == 0 else "any" * unknown),
            )
        )
    return axes


class Mismatch(Picture):
    """The picture of a shape that was taken for another.

    takes, got: such as ``(batch, timesteps 10, features 3)``.
    """

    def __init__(self, takes: str, got: str) -> None:
        self._takes, self._got = read_axes(takes), read_axes(got)

    def words(self) -> str:
        """Return both shapes as text."""
        lines = (
            ", ".join(a.text for a in axes) for axes in (self._takes, self._got)
        )
        return "takes ({})\ngot   ({})".format(*lines)

    @property
    def scene(self) -> Scene:
        """The picture as plain data, in pixels."""
        count = max(len(self._takes), len(self._got))
        widths = [
            max(_wide(axes, k) for axes in (self._takes, self._got))
            for k in range(count)
        ]
        shapes: list[Shape] = []
        for row, (name, axes) in enumerate(
            (("takes", self._takes), ("got", self._got))
        ):
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
            for k, width in enumerate(widths):
                shapes += self._axis(
                    x,
                    y,
                    width,
                    axes[k] if k < len(axes) else None,
                    k,
                    came=bool(row),
                )
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
        middle, baseline = x + width / 2, y + _TALL / 2 + 4
        if axis is None:
            word = "missing" if came else "none"
            text = label(middle, baseline, word, "warn", 12, anchor="middle")
            return [
                Box(x, y, width, _TALL, None, "warn", radius=6, dashed=True),
                text,
            ]
        text_of = axis.text or "any"
        if came and self._differs(axis, index):
            text = label(
                middle, baseline, text_of, "ink", 13, anchor="middle", bold=True
            )
            box = Box(
                x, y, width, _TALL, "ground", "warn", radius=6, weight=2.4
            )
            return [
                box,
                text,
                label(
                    x + width - 3,
                    y - 3,
                    "✕",
                    "warn",
                    13,
                    anchor="end",
                    bold=True,
                ),
            ]
        role = axis.word if axis.word in AXES else "line"
        text = label(middle, baseline, text_of, "ink", 13, anchor="middle")
        return [
            Box(x, y, width, _TALL, "ground", role, radius=6, weight=1.4),
            text,
        ]

    def _differs(self, axis: Axis, index: int) -> bool:
        """Return whether an axis that came is not the one that is taken, as far as known."""
        if index >= len(self._takes):
            return True
        taken = self._takes[index]
        return bool(taken.size) and bool(axis.size) and taken.size != axis.size


def _wide(axes: list[Axis], index: int) -> float:
    return (
        max(64.0, text_width(axes[index].text, 13, bold=True) + 22)
        if index < len(axes)
        else 82.0
    )
