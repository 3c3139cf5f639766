"""A whole picture as plain data: its shapes, its size, and what it is called."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from unrolled.scenes.shapes import Shape, Text


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
