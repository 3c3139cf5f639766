"""The symbols inside a cell that hold no values: an operator, a wire, a fork, a pill."""

from __future__ import annotations

from collections.abc import Sequence

from unrolled.cell_diagrams.formulas import Formula, width_of
from unrolled.scenes.shapes import Box, Line, Shape, Text

RADIUS = 12.0  # of an operator: its sign is as large as the letters beside it
WIRE = 2.2  # weight of a line that values move on: heavier than any frame
LOOSE = 26.0  # length of a short arrow: three times its head
_PLUS = 6.5  # half a stroke of the plus: it stays clear of the ring
_DOT = 3.0  # half the dot of a product
_FORK = 3.5  # half the dot of a fork: wider than the wire, smaller than a product's dot
_GAP = (
    6.0  # half the height of a gap: the wire under it disappears with its edges
)
_GAP_WEIGHT = (
    9.0  # width of a gap: a wire and as much clear ground at both sides of it
)
_PILL_PADDING = 18.0  # of a pill, both sides together

Point = tuple[float, float]


def draw_operator(sign: str, x: float, y: float) -> list[Shape]:
    """Return the sign of an elementwise operation, a dot or a plus in a circle."""
    ring = Box(
        x - RADIUS,
        y - RADIUS,
        2 * RADIUS,
        2 * RADIUS,
        "ground",
        "ink",
        radius=RADIUS,
        weight=1.8,
    )
    if sign == "·":
        return [
            ring,
            Box(
                x - _DOT, y - _DOT, 2 * _DOT, 2 * _DOT, "ink", None, radius=_DOT
            ),
        ]
    across = Line(((x - _PLUS, y), (x + _PLUS, y)), "ink", head=False, weight=2)
    upright = Line(
        ((x, y - _PLUS), (x, y + _PLUS)), "ink", head=False, weight=2
    )
    return [ring, across, upright]


def draw_wire(points: Sequence[Point], role: str, *, head: bool = True) -> Line:
    """Return a line that values move on."""
    return Line(tuple(points), role, head=head, weight=WIRE)


def draw_gap(x: float, y: float) -> Line:
    """Return a gap in a line across, so that it goes under the upright one that is painted next."""
    return Line(
        ((x, y + _GAP), (x, y - _GAP)), "band", head=False, weight=_GAP_WEIGHT
    )


def draw_dot(x: float, y: float, role: str) -> Box:
    """Return the dot where a line forks."""
    return Box(
        x - _FORK, y - _FORK, 2 * _FORK, 2 * _FORK, role, None, radius=_FORK
    )


def draw_pill(formula: Formula, x: float, y: float) -> list[Shape]:
    """Return a small box with a formula: something is computed here on the way."""
    width = pill_width(formula)
    frame = Box(
        x - width / 2,
        y - RADIUS,
        width,
        2 * RADIUS,
        "ground",
        "units",
        radius=6,
        weight=1.6,
    )
    return [frame, Text(x, y + 4.5, tuple(formula), "middle")]


def pill_width(formula: Formula) -> float:
    """Return how wide a pill is."""
    return width_of(formula) + _PILL_PADDING


def write_above(formula: Formula, x: float, y: float) -> Text:
    """Return a small formula over something."""
    return Text(x, y - 7, tuple(formula), "middle")
