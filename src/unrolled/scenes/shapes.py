"""What a picture is made of, as plain data: boxes, lines and texts, in pixels, y downwards.

The style of a shape is a role: a name of the palette, or ``v-3`` for a step of the diverging map.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from unrolled.scenes.fonts import text_width

Step = tuple[int, int]  # (batch, timestep) that a shape belongs to

#: which share of a text stands before its x, by its anchor
_BEFORE = {"start": 0.0, "middle": 0.5, "end": 1.0}
#: how far the letters of DejaVu Sans reach above the baseline and below it, in font sizes
_ASCENT, _DESCENT = 0.76, 0.22


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle.

    Attributes
    ----------
    x, y : float
        The corner at the left and on top.
    width, height : float
        The size.
    fill, stroke : str or None
        The roles of its inside and its outline; None where there is none.
    radius : float
        Of round corners.
    weight : float
        Of the outline.
    dashed : bool
        Whether the outline is dashed.
    hatched : bool
        Whether it is drawn as diagonal lines.
    step : tuple of int or None
        The (batch, timestep) that it belongs to.
    title : str
        Shown where a pointer rests on it.

    Examples
    --------
    >>> Box(1, 2, 30, 40, "ground", "units").bounds
    (1, 2, 31, 42)
    """

    x: float
    y: float
    width: float
    height: float
    fill: str | None = None
    stroke: str | None = None
    radius: float = 0.0
    weight: float = 1.0
    dashed: bool = False
    hatched: bool = False
    step: Step | None = None
    title: str = ""

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """left, top, right, bottom."""
        return self.x, self.y, self.x + self.width, self.y + self.height


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points.

    Attributes
    ----------
    points : tuple of tuple of float
        The corners, from the start to the end.
    stroke : str
        The role of its colour.
    head : bool
        Whether an arrow head stands at its end.
    weight : float
        How thick it is.
    dashed : bool
        Whether it is dashed.
    step : tuple of int or None
        The (batch, timestep) that it belongs to.

    Examples
    --------
    >>> Line(((0, 5), (20, 5)), "h").bounds
    (0, 5, 20, 5)
    """

    points: tuple[tuple[float, float], ...]
    stroke: str
    head: bool = True
    weight: float = 1.6
    dashed: bool = False
    step: Step | None = None

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """left, top, right, bottom."""
        xs, ys = zip(*self.points, strict=True)
        return min(xs), min(ys), max(xs), max(ys)


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one style.

    Attributes
    ----------
    text : str
        The letters.
    role : str
        The role of their colour.
    size : float
        Of the font.
    bold, mono, italic : bool
        The style of the font.
    drop : float
        How far it stands below the baseline, for an index.

    Examples
    --------
    >>> Span("h", size=10).width
    6.34
    """

    text: str
    role: str = "ink"
    size: float = 12.0
    bold: bool = False
    mono: bool = False
    italic: bool = False
    drop: float = 0.0

    @property
    def width(self) -> float:
        """Width in pixels."""
        return text_width(self.text, self.size, bold=self.bold, mono=self.mono)


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text at a baseline.

    Attributes
    ----------
    x, y : float
        Where the anchor stands on the baseline.
    spans : tuple of Span
        What is written, from left to right.
    anchor : str
        ``start``, ``middle`` or ``end``: which point of the text stands at ``x``.
    step : tuple of int or None
        The (batch, timestep) that it belongs to.
    full : str
        The whole text where only its beginning had room.

    Examples
    --------
    >>> Text(100, 20, (Span("h", size=10),), "middle").left
    96.83
    """

    x: float
    y: float
    spans: tuple[Span, ...]
    anchor: str = "start"
    step: Step | None = None
    full: str = ""

    @property
    def width(self) -> float:
        """Width in pixels."""
        width = 0.0
        for span in self.spans:
            width += span.width
        return width

    @property
    def left(self) -> float:
        """The x where the text begins."""
        before = _BEFORE[self.anchor] * self.width
        return self.x - before

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """left, top, right, bottom of the letters."""
        tops: list[float] = []
        bottoms: list[float] = []
        for span in self.spans:
            tops.append(span.drop - _ASCENT * span.size)
            bottoms.append(span.drop + _DESCENT * span.size)
        left, right = self.left, self.left + self.width
        return left, self.y + min(tops), right, self.y + max(bottoms)


@dataclass(frozen=True, slots=True)
class Tiles:
    """An image of values.

    Attributes
    ----------
    x, y, width, height : float
        Where it stands.
    levels : tuple of tuple of int
        By row and column, steps of the diverging map: -8 to 8.
    step : tuple of int or None
        The (batch, timestep) that it belongs to.

    Examples
    --------
    >>> list(Tiles(0, 0, 30, 10, ((0, 0, 8),)).runs())
    [(0, 0.0, 0.0, 20.0, 10.0), (8, 20.0, 0.0, 10.0, 10.0)]
    """

    x: float
    y: float
    width: float
    height: float
    levels: tuple[tuple[int, ...], ...]
    step: Step | None = None

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """left, top, right, bottom."""
        return self.x, self.y, self.x + self.width, self.y + self.height

    def runs(self) -> Iterator[tuple[int, float, float, float, float]]:
        """Yield (level, x, y, width, height) of neighbours in a row that have one level."""
        if not any(self.levels):
            # of a run of 0 timesteps no row holds a value
            return
        tall = self.height / len(self.levels)
        wide = self.width / len(self.levels[0])
        for number, row in enumerate(self.levels):
            y = self.y + number * tall
            start = 0
            for level, group in groupby(row):
                count = len(list(group))
                x = self.x + start * wide
                yield level, x, y, count * wide, tall
                start += count


Shape = Box | Line | Text | Tiles


def moved(shape: Shape, dx: float, dy: float) -> Shape:
    """Return the shape, shifted.

    >>> moved(Box(0, 0, 2, 3), 5, 1).bounds
    (5, 1, 7, 4)
    """
    if isinstance(shape, Line):
        points = tuple((x + dx, y + dy) for x, y in shape.points)
        return replace(shape, points=points)
    x, y = shape.x + dx, shape.y + dy
    return replace(shape, x=x, y=y)


def label(
    x: float,
    y: float,
    text: str,
    role: str = "ink",
    size: float = 12.0,
    *,
    anchor: str = "start",
    bold: bool = False,
    mono: bool = False,
    italic: bool = False,
    step: Step | None = None,
    full: str = "",
) -> Text:
    """Return a text of one style."""
    span = Span(text, role, size, bold, mono, italic)
    return Text(x, y, (span,), anchor, step, full)


def bounds_of(shapes: Sequence[Shape]) -> tuple[float, float, float, float]:
    """Return left, top, right, bottom around all shapes.

    >>> bounds_of([Box(0, 0, 2, 3), Box(5, -1, 1, 1)])
    (0, -1, 6, 3)
    """
    sides = [shape.bounds for shape in shapes]
    lefts, tops, rights, bottoms = zip(*sides, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
