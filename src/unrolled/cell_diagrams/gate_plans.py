"""The plans of the cells with gates: the LSTM and the GRU."""

from __future__ import annotations

from unrolled.cell_diagrams.formulas import Formula, plain, state, symbol, weight
from unrolled.cell_diagrams.plans import APART, HALF, Plan, feed_gates, plus_bias
from unrolled.cell_diagrams.signs import (
    FOOT,
    LOOSE,
    RADIUS,
    Signs,
    draw_dot,
    draw_gap,
    draw_operator,
    draw_pill,
    draw_wire,
    write_above,
)
from unrolled.cell_diagrams.steps import CellStep
from unrolled.scenes.shapes import Shape, Text


def plan_lstm(step: CellStep, signs: Signs) -> Plan:
    """Return the plan of an LSTM: c runs along the top, h along the bottom, the gates i f c o stand in between."""
    at, parts = _LstmPlaces(signs.tall, signs.gate_width), step.parts
    plan = Plan(
        -at.tall / 2 - 30, at.last + at.wide / 2 + 26, at.foot + 72, {"c": 0.0, "h": at.foot + 34}
    )
    plan.lines = _lstm_lines(at, plan) + feed_gates(
        plan, [at.i, at.f, at.c, at.o], [at.i, at.f, at.c, at.o], at.foot
    )
    squashed = f"{step.output_activation}(c)", parts["squashed"], step.output_activation
    plan.front = [
        *signs.gate("i", at.i, at.top),
        *signs.gate("f", at.f, at.top),
        *signs.gate("c", at.c, at.top),
        *signs.gate("o", at.o, at.top, aside=True),
        *signs.column("f ⊙ c", parts["kept"], at.kept, 0, "c", "c"),
        *signs.column("i ⊙ c\u0302", parts["added"], at.join, at.level, "c", "c"),
        *signs.activated(*squashed, at.last, at.squash, scale="h", above=True),
        *draw_operator("·", at.f, 0),
        *draw_operator("+", at.join, 0),
        *draw_operator("·", at.c, at.level),
        *draw_operator("·", at.last, at.middle),
        write_above(_product(step, "f", "c"), at.kept, -at.tall / 2),
        Text(
            at.join + HALF + 7, at.level + 4, (symbol(step, "i"), *plain(" ⊙ "), symbol(step, "c"))
        ),
    ]
    return plan


class _LstmPlaces:
    """Where the parts of an LSTM stand. tall: a column of values; wide: a gate."""

    def __init__(self, tall: float, wide: float) -> None:
        self.tall, self.wide = tall, wide
        self.i, self.f, self.c, self.o = (24 + wide / 2 + k * (wide + APART) for k in range(4))
        self.level = tall / 2 + 36  # where i meets the candidate
        self.top, self.foot = tall + 80, 2 * tall + 80 + FOOT  # of the gates
        self.middle = (self.top + self.foot) / 2
        self.join, self.last = (self.c + self.o) / 2, self.o + wide + 46
        self.kept = (self.f + self.join) / 2
        self.squash = RADIUS + 20


def _lstm_lines(at: _LstmPlaces, plan: Plan) -> list[Shape]:
    out = plan.states["h"]
    return [
        draw_wire([(0, 0), (at.f - RADIUS, 0)], "c"),
        draw_wire([(at.f, 0), (at.join - RADIUS, 0)], "c"),
        draw_wire([(at.join, 0), (plan.right, 0)], "c", head=False),
        draw_dot(at.last, 0, "c"),
        draw_wire([(at.last, 0), (at.last, at.squash)], "c"),
        draw_wire([(at.last, at.squash + at.tall + FOOT), (at.last, at.middle - RADIUS)], "c"),
        draw_wire([(at.i, at.top), (at.i, at.level), (at.c - RADIUS, at.level)], "line"),
        draw_gap(at.f, at.level),
        draw_wire([(at.f, at.top), (at.f, RADIUS)], "line"),
        draw_wire([(at.c, at.top), (at.c, at.level + RADIUS)], "line"),
        draw_wire([(at.c, at.level), (at.join - HALF, at.level)], "line"),
        draw_wire([(at.join, at.level - at.tall / 2), (at.join, RADIUS)], "line"),
        draw_wire([(at.o, at.middle), (at.last - RADIUS, at.middle)], "line"),
        draw_wire([(at.last, at.middle), (at.last, out), (plan.right, out)], "h", head=False),
    ]


def plan_gru(step: CellStep, signs: Signs) -> Plan:
    """Return the plan of a GRU: h runs along the top; below stand z, r and the candidate, which r acts on."""
    reset, parts = _reset_formula(step), step.parts
    added = [*plain("(1 − "), symbol(step, "z"), *plain(") ⊙ "), symbol(step, "h")]
    at = _GruPlaces(signs.tall, signs.gate_width, sum(s.width for s in reset))
    plan = Plan(
        -at.tall / 2 - 30,
        at.join + HALF + 22 + sum(s.width for s in added),
        at.foot + 82,
        {"h": 0.0},
    )
    plan.lines = _gru_lines(at, plan) + feed_gates(
        plan, [at.z, at.r, at.h], [at.z, at.r], at.foot, bus=at.bus
    )
    plan.front = [
        *signs.gate("z", at.z, at.top),
        *signs.gate("r", at.r, at.top, aside=True),
        *signs.gate("h", at.h, at.top),
        *signs.column("z ⊙ h", parts["kept"], at.kept, 0, "h", "h"),
        *signs.column("1 − z", parts["rest"], at.rest, at.level, "line", "gates"),
        *signs.column("(1 − z) ⊙ h\u0302", parts["added"], at.join, at.level, "h", "h"),
        *signs.column(
            "".join(s.text for s in reset), parts["reset"], at.reset, at.middle, "h", "h"
        ),
        *draw_operator("·", at.z, 0),
        *draw_operator("+", at.join, 0),
        *draw_operator("·", at.h, at.level),
        *draw_operator("·", at.cross, at.middle),
        write_above(_product(step, "z", "h"), at.kept, -at.tall / 2),
        Text(at.rest, at.level + at.tall / 2 + 15, (*plain("1 − "), symbol(step, "z")), "middle"),
        Text(at.join + HALF + 7, at.level + 4, tuple(added)),
        write_above(reset, at.reset, at.middle - at.tall / 2),
    ]
    if step.resets_after:
        plan.front += draw_pill(
            _recurrent_formula(step), at.cross, (at.middle + RADIUS + at.bus) / 2
        )
    return plan


class _GruPlaces:
    """Where the parts of a GRU stand. tall: a column of values; wide: a gate; name: what stands over r's product."""

    def __init__(self, tall: float, wide: float, name: float) -> None:
        self.tall, self.wide = tall, wide
        aside = max(HALF + LOOSE, name / 2 + 10)
        self.fork, self.z = 22.0, 50 + wide / 2
        self.r = self.z + wide + APART
        self.cross = self.r + wide / 2 + 58  # where r meets the state
        self.reset = self.cross + RADIUS + aside
        self.h = self.reset + aside + wide / 2
        self.join = self.h + RADIUS + LOOSE + HALF
        self.level = tall / 2 + 36  # where 1 - z meets the candidate
        self.top, self.foot = tall + 80, 2 * tall + 80 + FOOT  # of the gates
        self.middle, self.bus = (self.top + self.foot) / 2, self.foot + 44
        self.rest = self.z + LOOSE + 2 * HALF + 6
        self.kept = (self.rest + self.join) / 2


def _gru_lines(at: _GruPlaces, plan: Plan) -> list[Shape]:
    way = [(at.fork, 0), (at.fork, at.bus), (at.cross, at.bus), (at.cross, at.middle + RADIUS)]
    return [
        draw_wire([(0, 0), (at.z - RADIUS, 0)], "h"),
        draw_wire([(at.z, 0), (at.join - RADIUS, 0)], "h"),
        draw_wire([(at.join, 0), (plan.right, 0)], "h", head=False),
        draw_dot(at.fork, 0, "h"),
        draw_wire([(at.z, at.top), (at.z, RADIUS)], "line"),
        draw_dot(at.z, at.level, "line"),
        draw_wire([(at.z, at.level), (at.rest - HALF, at.level)], "line"),
        draw_wire([(at.rest, at.level), (at.h - RADIUS, at.level)], "line"),
        draw_wire([(at.h, at.top), (at.h, at.level + RADIUS)], "line"),
        draw_wire([(at.h, at.level), (at.join - HALF, at.level)], "line"),
        draw_wire([(at.join, at.level - at.tall / 2), (at.join, RADIUS)], "line"),
        draw_wire([(at.r, at.middle), (at.cross - RADIUS, at.middle)], "line"),
        draw_wire(way, "h"),
        draw_wire([(at.cross, at.middle), (at.reset - HALF, at.middle)], "h"),
        draw_wire([(at.reset, at.middle), (at.h - at.wide / 2, at.middle)], "h"),
    ]


def _product(step: CellStep, gate: str, name: str) -> Formula:
    """Return a gate times the state before."""
    return [symbol(step, gate), *plain(" ⊙ "), *state(step, name, before=True)]


def _recurrent_formula(step: CellStep) -> Formula:
    return [*plain("·"), *weight(step, "U", "h"), *plus_bias(step, "b'")]


def _reset_formula(step: CellStep) -> Formula:
    """Return what goes into the candidate of a GRU."""
    h = state(step, "h", before=True)
    if not step.resets_after:
        return [symbol(step, "r"), *plain(" ⊙ "), *h]
    return [symbol(step, "r"), *plain(" ⊙ ("), *h, *_recurrent_formula(step), *plain(")")]
