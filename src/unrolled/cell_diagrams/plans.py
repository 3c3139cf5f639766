"""Where everything stands inside a cell; the origin is where the state enters at the left.

The plan of each kind of cell is in its own module.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from unrolled.cell_diagrams.painter import ValuePainter
from unrolled.cell_diagrams.steps import CellStep
from unrolled.cell_diagrams.symbols import draw_dot, draw_gap, draw_wire
from unrolled.scenes.shapes import Shape, label
from unrolled.scenes.sizes import BOX

APART = 38.0  # between two gates: their words are a little wider than they are
HALF = BOX / 2
MARGIN = 30.0  # over what stands on top and right of what stands last
ABOVE_X = 34.0  # from the gates' feet to the line of h: an arrow and the gap of a crossing
_FEED = 10.0  # x and h go into a gate this far right and left of its middle: two heads beside
_BELOW_H = 20.0  # from the line of h to that of x: their dots stay apart
_MASKED_WIDTH = 430.0  # of a masked step: the sentence in it
_MASKED_APART = 60.0  # between its states, beyond their columns: the two lines of the sentence


@dataclass
class Plan:
    """The inside of a cell, from x = 0 to ``right``.

    Attributes
    ----------
    top, right, bottom : float
        The sides of the cell.
    states : dict of str to float
        By name the height at which a state enters and leaves.
    feed : tuple of float
        Where the line from x joins.
    lines : list of Box, Line or Text
        What is painted first.
    front : list of Box, Line or Text
        What is painted over it.

    Examples
    --------
    >>> Plan(-40, 300, 80, {"h": 0.0}).lines
    []
    """

    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    states: dict[str, float] = field(default_factory=dict)
    feed: tuple[float, float] = (0.0, 0.0)
    lines: list[Shape] = field(default_factory=list)
    front: list[Shape] = field(default_factory=list)


def plan_masked(step: CellStep, painter: ValuePainter) -> Plan:
    """Return the plan of a step that is passed over: the states go straight through."""
    names = [*step.after][::-1]  # h stands lowest, as in the other plans
    apart = painter.height + _MASKED_APART
    levels = {name: k * apart for k, name in enumerate(names)}
    plan = Plan(-50, _MASKED_WIDTH, (len(names) - 1) * apart + 60, levels)
    plan.feed = _MASKED_WIDTH / 2, plan.bottom
    plan.lines = [
        draw_wire([(0, y), (plan.right, y)], name, head=False)
        for name, y in plan.states.items()
    ]
    middle, y, text = plan.right / 2, 28.0, "h goes through unchanged"
    if len(names) > 1:
        y, text = apart / 2, f"{' and '.join(step.after)} go through unchanged"
    plan.front = [
        label(
            middle,
            y - 4,
            "a masked step is passed over:",
            "soft",
            12.5,
            anchor="middle",
        ),
        label(middle, y + 15, text, "ink", 12.5, anchor="middle"),
    ]
    return plan


def feed_gates(
    plan: Plan,
    by_x: Sequence[float],
    by_h: Sequence[float],
    foot: float,
    *,
    bus: float | None = None,
) -> list[Shape]:
    """Return the lines of h and of x under the gates, with an arrow up into each gate.

    Sets where x comes in. by_x, by_h: the middles of the gates that x and h go into. foot: where
    the gates end. bus: the height of a line of h that is drawn already and goes on past the last
    gate.
    """
    level = foot + ABOVE_X if bus is None else bus
    low = level + _BELOW_H
    hs, xs = [x - _FEED for x in by_h], [x + _FEED for x in by_x]
    plan.feed = xs[0], low
    shapes: list[Shape] = []
    if bus is None:
        shapes.append(
            draw_wire([(0, level), (hs[-1], level), (hs[-1], foot)], "h")
        )
        hs.pop()
    for x in hs:
        shapes += [
            draw_dot(x, level, "h"),
            draw_wire([(x, level), (x, foot)], "h"),
        ]
    shapes.append(
        draw_wire([(xs[0], low), (xs[-1], low)], "features", head=False)
    )
    for k, x in enumerate(xs):
        if k < len(hs):
            shapes.append(draw_gap(x, level))
        if k < len(xs) - 1:
            shapes.append(draw_dot(x, low, "features"))
        shapes.append(draw_wire([(x, low), (x, foot)], "features"))
    return shapes
