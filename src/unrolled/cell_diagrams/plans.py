"""Where everything stands inside a cell: its plan, with the origin where the conveyor enters at the left.

The plans of the cells with gates are in ``gateplans``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from unrolled.cell_diagrams.formulas import Formula, activation_span, plain, state, weight
from unrolled.cell_diagrams.signs import (
    LOOSE,
    RADIUS,
    Signs,
    draw_dot,
    draw_gap,
    draw_operator,
    draw_pill,
    draw_wire,
    pill_width,
    write_above,
)
from unrolled.cell_diagrams.steps import CellStep
from unrolled.diagrams.layout.grids import BOX
from unrolled.scenes.shapes import Shape, Text, label

APART = 38.0  # between two gates
_FEED = 10.0  # x and h go into a gate this far right and left of its middle
HALF = BOX / 2


@dataclass
class Plan:
    """The inside of a cell, from x = 0 to ``right``.

    states: by name the height at which a state enters and leaves. feed: where the line from x joins.
    lines are painted first, then front.
    """

    top: float = 0.0
    right: float = 0.0
    bottom: float = 0.0
    states: dict[str, float] = field(default_factory=dict)
    feed: tuple[float, float] = (0.0, 0.0)
    lines: list[Shape] = field(default_factory=list)
    front: list[Shape] = field(default_factory=list)


def plan_simple(step: CellStep, signs: Signs) -> Plan:
    """Return the plan of a SimpleRNN: h meets its weights, x its own from below, and the sum its activation."""
    own = [*plain("·"), *weight(step, "W", "h"), *plus_bias(step, "b")]
    recurrent, squash = (
        [*plain("·"), *weight(step, "U", "h")],
        [activation_span(step.activation("h"))],
    )
    at, parts, top = (
        _SimplePlaces(signs.tall, pill_width(recurrent), pill_width(squash)),
        step.parts,
        -signs.tall / 2,
    )
    plan = Plan(
        top - 30, at.right, at.pill + RADIUS + 26, {"h": 0.0}, feed=(at.join, at.pill + RADIUS + 26)
    )
    plan.lines = _simple_lines(at, plan)
    plan.front = [
        *signs.column("h·U", parts["state"], at.states, 0, "h", "sums"),
        *signs.column(
            "x·W + b" if step.has_bias else "x·W",
            parts["input"],
            at.join,
            at.below,
            "features",
            "sums",
        ),
        *signs.column("sum", parts["total"], at.total, 0, "line", "sums"),
        *draw_operator("+", at.join, 0),
        *draw_pill(recurrent, at.recurrent, 0),
        *draw_pill(own, at.join, at.pill),
        *draw_pill(squash, at.squash, 0),
        write_above([*state(step, "h", before=True), *recurrent], at.states, top),
        write_above(plain("sum"), at.total, top),
        Text(at.join + HALF + 7, at.below + 4, (*state(step, "x"), *own)),
    ]
    return plan


class _SimplePlaces:
    """Where the parts of a SimpleRNN stand."""

    def __init__(self, tall: float, recurrent_width: float, squash_width: float) -> None:
        self.half_pills = recurrent_width / 2, squash_width / 2
        self.recurrent = 26 + self.half_pills[0]
        self.states = self.recurrent + self.half_pills[0] + LOOSE + HALF
        self.join = self.states + HALF + LOOSE + RADIUS + 6
        self.total = self.join + RADIUS + LOOSE + HALF + 6
        self.squash = self.total + HALF + LOOSE + self.half_pills[1]
        self.right = self.squash + self.half_pills[1] + 30
        self.below = RADIUS + LOOSE + tall / 2
        self.half = tall / 2
        self.pill = self.below + self.half + LOOSE + RADIUS


def _simple_lines(at: _SimplePlaces, plan: Plan) -> list[Shape]:
    first, last = at.half_pills
    return [
        draw_wire([(0, 0), (at.recurrent - first, 0)], "h"),
        draw_wire([(at.recurrent, 0), (at.states - HALF, 0)], "h"),
        draw_wire([(at.states, 0), (at.join - RADIUS, 0)], "h"),
        draw_wire([(at.join, 0), (at.total - HALF, 0)], "line"),
        draw_wire([(at.total, 0), (at.squash - last, 0)], "line"),
        draw_wire([(at.squash, 0), (plan.right, 0)], "h", head=False),
        draw_wire([plan.feed, (at.join, at.pill + RADIUS)], "features"),
        draw_wire([(at.join, at.pill), (at.join, at.below + at.half)], "features"),
        draw_wire([(at.join, at.below), (at.join, RADIUS)], "features"),
    ]


def plan_masked(step: CellStep, signs: Signs) -> Plan:
    """Return the plan of a step that is passed over: the states go straight through."""
    names = ["c", "h"] if "c" in step.after else ["h"]
    apart = signs.tall + 60
    plan = Plan(
        -50, 430, (len(names) - 1) * apart + 60, {name: k * apart for k, name in enumerate(names)}
    )
    plan.feed = 215.0, plan.bottom
    plan.lines = [
        draw_wire([(0, y), (plan.right, y)], name, head=False) for name, y in plan.states.items()
    ]
    middle, height = plan.right / 2, apart / 2 if len(names) > 1 else 28.0
    goes = "h and c go" if len(names) > 1 else "h goes"
    plan.front = [
        label(middle, height - 4, "a masked step is passed over:", "soft", 12.5, anchor="middle"),
        label(middle, height + 15, f"{goes} through unchanged", "ink", 12.5, anchor="middle"),
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
    """Return the lines under the gates, h and below it x, with an arrow up into each gate; sets where x comes in.

    by_x, by_h: the middles of the gates that x and h go into. foot: where the gates end.
    bus: the height of a line of h that is drawn already and goes on past the last gate.
    """
    level = foot + 34 if bus is None else bus
    low, hs, xs = level + 20, [x - _FEED for x in by_h], [x + _FEED for x in by_x]
    plan.feed = xs[0], low
    shapes: list[Shape] = []
    if bus is None:
        shapes.append(draw_wire([(0, level), (hs[-1], level), (hs[-1], foot)], "h"))
        hs.pop()
    for x in hs:
        shapes += [draw_dot(x, level, "h"), draw_wire([(x, level), (x, foot)], "h")]
    shapes.append(draw_wire([(xs[0], low), (xs[-1], low)], "features", head=False))
    for k, x in enumerate(xs):
        shapes += [draw_gap(x, level)] if k < len(hs) else []
        shapes += [draw_dot(x, low, "features")] if k < len(xs) - 1 else []
        shapes.append(draw_wire([(x, low), (x, foot)], "features"))
    return shapes


def plus_bias(step: CellStep, letter: str) -> Formula:
    """Return a bias to add, nothing for a layer without."""
    return [*plain(" + "), *weight(step, letter, "h")] if step.has_bias else []
