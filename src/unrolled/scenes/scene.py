"""A whole picture as plain data: its shapes, its size, and what it is called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter

from unrolled.scenes.shapes import Line, Shape, Text, Tiles


@dataclass
class Scene:
    """A whole picture as plain data.

    Attributes
    ----------
    width, height : float
        The size in pixels.
    shapes : list of Box, Line, Text or Tiles
        In the order in which they are painted.
    title : str
        One line that names the picture.
    description : str
        The same story in words.

    Examples
    --------
    >>> from unrolled.scenes.shapes import label
    >>> scene = Scene(100, 50, [label(10, 20, "t = 0")])
    >>> [span.text for text in scene.texts() for span in text.spans]
    ['t = 0']
    """

    width: float = 0.0
    height: float = 0.0
    shapes: list[Shape] = field(default_factory=list)
    title: str = ""
    description: str = ""

    def add(self, *shapes: Shape) -> None:
        """Append shapes; later ones are painted over earlier ones."""
        self.shapes.extend(shapes)

    def texts(self) -> Iterator[Text]:
        """Yield the texts."""
        for shape in self.shapes:
            if isinstance(shape, Text):
                yield shape

    def roles(self) -> set[str]:
        """Return the roles and steps of the diverging map whose colours the shapes have."""
        found: set[str | None] = set()
        for shape in self.shapes:
            if isinstance(shape, Text):
                found.update(map(attrgetter("role"), shape.spans))
            elif isinstance(shape, Tiles):
                levels = set().union(*shape.levels)
                found.update(map("v{}".format, levels))
            elif isinstance(shape, Line):
                found.add(shape.stroke)
            else:
                found.update((shape.fill, shape.stroke))
        # a side of a box that has no colour
        return set(filter(None, found))
