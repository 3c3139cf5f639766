"""How large the parts of a picture are: roomy, or dense where so many rows stand on each other that none is found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """Heights in pixels, and whether short texts share a line.

    square: one value. strip: a column too wide for squares. image: a map at most. gap: between two rows, for the
    arrows. padding: of the band around a recurrent row. fan: more room under attention, for its lines. line: from one
    line of text to the next one. stem: from a row to where an arrow turns away from it. spread: from one such arrow
    to the next one. joined: whether a line of text is filled before the next one begins.
    """

    square: float = 19.0
    strip: float = 96.0
    image: float = 84.0
    gap: float = 42.0
    padding: float = 14.0
    fan: float = 60.0
    line: float = 16.0
    stem: float = 12.0
    spread: float = 3.0
    joined: bool = False


USUAL = Sizes()
DENSE = Sizes(15.0, 52.0, 52.0, 28.0, 8.0, 42.0, 14.5, 6.0, 2.0, joined=True)
