"""How large the parts of a picture are: roomy, or dense where many rows stand on each other."""

from __future__ import annotations

from dataclasses import dataclass

WORD_LINE = 14.0  # under an id, for its word
BOX = 52.0  # width of a column's boxes: six characters of a number and a frame


@dataclass(frozen=True)
class Sizes:
    """Heights in pixels, and whether short texts share a line.

    Attributes
    ----------
    square : float
        One value.
    strip : float
        A column of too many values for squares.
    image : float
        A map at most.
    gap : float
        Between two rows, for the arrows.
    padding : float
        Of the band around a recurrent row.
    fan : float
        More room under attention, for its lines.
    line : float
        From one line of text to the next one.
    stem : float
        From a row to where an arrow turns away from it.
    spread : float
        From one such arrow to the next one.
    joined : bool
        Whether a line of text is filled before the next one begins.

    Examples
    --------
    >>> USUAL.square > DENSE.square
    True
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
