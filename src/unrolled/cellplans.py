"""Where everything stands inside a cell: the plan of each kind, with the origin where its conveyor enters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from unrolled.cellformulas import Formula, activation_span, plain, state, symbol, weight
from unrolled.cellsigns import (
    FOOT,
    LOOSE,
    RADIUS,
    Signs,
    draw_dot,
    draw_gap,
    draw_operator,
    draw_pill,
    draw_wire,
    height_of,
    pill_width,
    write_above,
)
from unrolled.cellsteps import CellStep
from unrolled.grids import BOX
from unrolled.scenes import Shape, Text, label

_APART = 38.0  # between two gates
_FEED = 10.0  # x and h go into a gate this far right and left of its middle
_HALF = BOX / 2


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


def plan_cell(step: CellStep, signs: Signs) -> Plan:
    """Return the plan of the step's cell."""
    return plan_masked(step, signs) if step.masked else _PLANS[step.kind](step, signs)


def plan_lstm(step: CellStep, signs: Signs) -> Plan:
    """Return the plan of an LSTM: c runs along the top, h along the bottom, the gates i f c o stand in between."""
    tall, wide = signs.tall, signs.gate_width
    i, f, c, o = (24 + wide / 2 + k * (wide + _APART) for k in range(4))
    level = tall / 2 + 36  # where i meets the candidate
    top, middle = tall + 80, 1.5 * tall + 80 + FOOT / 2
    foot = top + tall + FOOT
    join, last = (c + o) / 2, o + wide + 46
    plan = Plan(-tall / 2 - 30, last + wide / 2 + 26, foot + 72, {"c": 0.0, "h": foot + 34})
    squash = RADIUS + 20
    plan.lines = [
        draw_wire([(0, 0), (f - RADIUS, 0)], "c"),
        draw_wire([(f, 0), (join - RADIUS, 0)], "c"),
        draw_wire([(join, 0), (plan.right, 0)], "c", head=False),
        draw_dot(last, 0, "c"),
        draw_wire([(last, 0), (last, squash)], "c"),
        draw_wire([(last, squash + tall + FOOT), (last, middle - RADIUS)], "c"),
        draw_wire([(i, top), (i, level), (c - RADIUS, level)], "line"),
        draw_gap(f, level),
        draw_wire([(f, top), (f, RADIUS)], "line"),
        draw_wire([(c, top), (c, level + RADIUS)], "line"),
        draw_wire([(c, level), (join - _HALF, level)], "line"),
        draw_wire([(join, level - tall / 2), (join, RADIUS)], "line"),
        draw_wire([(o, middle), (last - RADIUS, middle)], "line"),
        draw_wire([(last, middle), (last, plan.states["h"]), (plan.right, plan.states["h"])], "h", head=False),
        *_feed_gates(plan, [i, f, c, o], [i, f, c, o], foot, 0.0),
    ]
    half = (f + join) / 2
    squashed = f"{step.output_activation}(c)", step.parts["squashed"], step.output_activation
    plan.front = [
        *(
            shape
            for name, x in zip("ifco", (i, f, c, o), strict=True)
            for shape in signs.gate(name, x, top, aside=name == "o")
        ),
        *signs.column("f ⊙ c", step.parts["kept"], half, 0, "c", "c"),
        *signs.column("i ⊙ c\u0302", step.parts["added"], join, level, "c", "c"),
        *signs.activated(*squashed, last, squash, scale="h", above=True),
        *draw_operator("·", f, 0),
        *draw_operator("+", join, 0),
        *draw_operator("·", c, level),
        *draw_operator("·", last, middle),
        write_above(_product(step, "f", "c"), half, -tall / 2),
        Text(join + _HALF + 7, level + 4, (symbol(step, "i"), *plain(" ⊙ "), symbol(step, "c"))),
    ]
    return plan


def plan_gru(step: CellStep, signs: Signs) -> Plan:
    """Return the plan of a GRU: h runs along the top; below stand z, r and the candidate, which r acts on."""
    tall, wide = signs.tall, signs.gate_width
    reset = _reset_formula(step)
    aside = max(_HALF + LOOSE, sum(s.width for s in reset) / 2 + 10)
    fork, z = 22.0, 50 + wide / 2
    r = z + wide + _APART
    cross = r + wide / 2 + 58
    inner = cross + RADIUS + aside
    h = inner + aside + wide / 2
    join = h + RADIUS + LOOSE + _HALF
    level, top = tall / 2 + 36, tall + 80
    middle, foot = top + (tall + FOOT) / 2, top + tall + FOOT
    rest = z + LOOSE + 2 * _HALF + 6
    half = (rest + join) / 2
    label_of = [*plain("(1 − "), symbol(step, "z"), *plain(") ⊙ "), symbol(step, "h")]
    plan = Plan(-tall / 2 - 30, join + _HALF + 22 + sum(s.width for s in label_of), foot + 82, {"h": 0.0})
    bus = foot + 44
    plan.lines = [
        draw_wire([(0, 0), (z - RADIUS, 0)], "h"),
        draw_wire([(z, 0), (join - RADIUS, 0)], "h"),
        draw_wire([(join, 0), (plan.right, 0)], "h", head=False),
        draw_dot(fork, 0, "h"),
        draw_wire([(z, top), (z, RADIUS)], "line"),
        draw_dot(z, level, "line"),
        draw_wire([(z, level), (rest - _HALF, level)], "line"),
        draw_wire([(rest, level), (h - RADIUS, level)], "line"),
        draw_wire([(h, top), (h, level + RADIUS)], "line"),
        draw_wire([(h, level), (join - _HALF, level)], "line"),
        draw_wire([(join, level - tall / 2), (join, RADIUS)], "line"),
        draw_wire([(r, middle), (cross - RADIUS, middle)], "line"),
        draw_wire([(fork, 0), (fork, bus), (cross, bus), (cross, middle + RADIUS)], "h"),
        draw_wire([(cross, middle), (inner - _HALF, middle)], "h"),
        draw_wire([(inner, middle), (h - wide / 2, middle)], "h"),
        *_feed_gates(plan, [z, r, h], [z, r], foot, fork, bus=bus),
    ]
    parts = step.parts
    plan.front = [
        *(
            shape
            for name, x in zip("zrh", (z, r, h), strict=True)
            for shape in signs.gate(name, x, top, aside=name == "r")
        ),
        *signs.column("z ⊙ h", parts["kept"], half, 0, "h", "h"),
        *signs.column("1 − z", parts["rest"], rest, level, "line", "gates"),
        *signs.column("(1 − z) ⊙ h\u0302", parts["added"], join, level, "h", "h"),
        *signs.column("".join(s.text for s in reset), parts["reset"], inner, middle, "h", "h"),
        *draw_operator("·", z, 0),
        *draw_operator("+", join, 0),
        *draw_operator("·", h, level),
        *draw_operator("·", cross, middle),
        write_above(_product(step, "z", "h"), half, -tall / 2),
        Text(rest, level + tall / 2 + 15, (*plain("1 − "), symbol(step, "z")), "middle"),
        Text(join + _HALF + 7, level + 4, tuple(label_of)),
        write_above(reset, inner, middle - tall / 2),
    ]
    if step.resets_after:
        plan.front += draw_pill(_recurrent_formula(step), cross, (middle + RADIUS + bus) / 2)
    return plan


def plan_simple(step: CellStep, signs: Signs) -> Plan:
    """Return the plan of a SimpleRNN: h meets its weights, x its own from below, and the sum its activation."""
    tall, parts = signs.tall, step.parts
    own = [*plain("·"), *weight(step, "W", "h"), *_plus_bias(step, "b")]
    recurrent, squash = [*plain("·"), *weight(step, "U", "h")], [activation_span(step.activation("h"))]
    first = 26 + pill_width(recurrent) / 2
    states = first + pill_width(recurrent) / 2 + LOOSE + _HALF
    join = states + _HALF + LOOSE + RADIUS + 6
    total = join + RADIUS + LOOSE + _HALF + 6
    last = total + _HALF + LOOSE + pill_width(squash) / 2
    below = RADIUS + LOOSE + tall / 2
    pill = below + tall / 2 + LOOSE + RADIUS
    plan = Plan(-tall / 2 - 30, last + pill_width(squash) / 2 + 30, pill + RADIUS + 26, {"h": 0.0})
    plan.feed = join, pill + RADIUS + 26
    plan.lines = [
        draw_wire([(0, 0), (first - pill_width(recurrent) / 2, 0)], "h"),
        draw_wire([(first, 0), (states - _HALF, 0)], "h"),
        draw_wire([(states, 0), (join - RADIUS, 0)], "h"),
        draw_wire([(join, 0), (total - _HALF, 0)], "line"),
        draw_wire([(total, 0), (last - pill_width(squash) / 2, 0)], "line"),
        draw_wire([(last, 0), (plan.right, 0)], "h", head=False),
        draw_wire([plan.feed, (join, pill + RADIUS)], "features"),
        draw_wire([(join, pill), (join, below + tall / 2)], "features"),
        draw_wire([(join, below), (join, RADIUS)], "features"),
    ]
    from_h = [*state(step, "h", before=True), *recurrent]
    from_x = [*state(step, "x"), *own]
    plan.front = [
        *signs.column("h·U", parts["state"], states, 0, "h", "sums"),
        *signs.column("x·W + b" if step.has_bias else "x·W", parts["input"], join, below, "features", "sums"),
        *signs.column("sum", parts["total"], total, 0, "line", "sums"),
        *draw_operator("+", join, 0),
        *draw_pill(recurrent, first, 0),
        *draw_pill(own, join, pill),
        *draw_pill(squash, last, 0),
        write_above(from_h, states, -tall / 2),
        write_above(plain("sum"), total, -tall / 2),
        Text(join + _HALF + 7, below + 4, tuple(from_x)),
    ]
    return plan


def plan_masked(step: CellStep, signs: Signs) -> Plan:
    """Return the plan of a step that is passed over: the states go straight through."""
    names = ["c", "h"] if "c" in step.after else ["h"]
    apart = signs.tall / 2 + height_of(step.before["h"]) / 2 + 60
    plan = Plan(-50, 430, (len(names) - 1) * apart + 60, {name: k * apart for k, name in enumerate(names)})
    plan.feed = 215.0, plan.bottom
    plan.lines = [draw_wire([(0, y), (plan.right, y)], name, head=False) for name, y in plan.states.items()]
    middle, height = plan.right / 2, apart / 2 if len(names) > 1 else 28.0
    goes = "h and c go" if len(names) > 1 else "h goes"
    plan.front = [
        label(middle, height - 4, "a masked step is passed over:", "soft", 12.5, anchor="middle"),
        label(middle, height + 15, f"{goes} through unchanged", "ink", 12.5, anchor="middle"),
    ]
    return plan


_PLANS = {"LSTM": plan_lstm, "GRU": plan_gru, "SimpleRNN": plan_simple}


def _feed_gates(
    plan: Plan, by_x: Sequence[float], by_h: Sequence[float], foot: float, start: float, *, bus: float = 0.0
) -> list[Shape]:
    """Return the two lines under the gates, h and below it x, with an arrow up into each gate."""
    bus = bus or foot + 34
    low = bus + 20
    plan.feed = by_x[0] + _FEED, low
    ends = [x - _FEED for x in by_h]
    shapes: list[Shape] = []
    if not start:
        shapes.append(draw_wire([(0, bus), (ends[-1], bus), (ends[-1], foot)], "h"))
        ends.pop()
    for x in ends:
        shapes += [draw_dot(x, bus, "h"), draw_wire([(x, bus), (x, foot)], "h")]
    ends = [x + _FEED for x in by_x]
    shapes.append(draw_wire([(ends[0], low), (ends[-1], low)], "features", head=False))
    for k, x in enumerate(ends):
        shapes += [draw_gap(x, bus)] if k < len(by_h) and (start or k < len(ends) - 1) else []
        shapes += [draw_dot(x, low, "features")] if k < len(ends) - 1 else []
        shapes.append(draw_wire([(x, low), (x, foot)], "features"))
    return shapes


def _product(step: CellStep, gate: str, name: str) -> Formula:
    """Return a gate times the state before."""
    return [symbol(step, gate), *plain(" ⊙ "), *state(step, name, before=True)]


def _recurrent_formula(step: CellStep) -> Formula:
    return [*plain("·"), *weight(step, "U", "h"), *_plus_bias(step, "b'")]


def _reset_formula(step: CellStep) -> Formula:
    """Return what goes into the candidate of a GRU."""
    h = state(step, "h", before=True)
    if not step.resets_after:
        return [symbol(step, "r"), *plain(" ⊙ "), *h]
    return [symbol(step, "r"), *plain(" ⊙ ("), *h, *_recurrent_formula(step), *plain(")")]


def _plus_bias(step: CellStep, letter: str) -> Formula:
    return [*plain(" + "), *weight(step, letter, "h")] if step.has_bias else []
