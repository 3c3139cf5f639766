"""The SimpleRNN: h meets its weights, x its own from below, and the sum its activation.

Sources: Keras ``src/layers/rnn/simple_rnn.py``: ``h_t = activation(x·W + b + h·U)``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from unrolled.cell_diagrams.formulas import (
    Formula,
    activation_span,
    plain,
    plus_bias,
    state,
    weight,
)
from unrolled.cell_diagrams.kinds import CellKind, Equation
from unrolled.cell_diagrams.painter import ValuePainter
from unrolled.cell_diagrams.plans import HALF, MARGIN, Plan
from unrolled.cell_diagrams.steps import CellStep
from unrolled.cell_diagrams.symbols import (
    LOOSE,
    RADIUS,
    draw_operator,
    draw_pill,
    draw_wire,
    pill_width,
    write_above,
)
from unrolled.cell_diagrams.words import of_unit
from unrolled.scenes.shapes import Shape, Text
from unrolled.traces.cells import Array

_ENTRY = 26.0  # from the cell's side to the first pill: a short arrow
_AIR = (
    6.0  # more room beside the plus, whose ring an arrow's head must not touch
)
_EXIT = 26.0  # from the lowest pill to the cell's side


def _parts(step: CellStep) -> Mapping[str, Array]:
    """Return ``x·W + b``, ``h·U`` and their sum."""
    inner = step.sum_of("h")
    return {
        "input": inner.x_part + inner.bias,
        "state": inner.h_part,
        "total": inner.total,
    }


class _Positions:
    """Where the parts stand. tall: a column of values."""

    def __init__(
        self, tall: float, recurrent_width: float, activation_width: float
    ) -> None:
        self.recurrent_end, self.squash_end = (
            recurrent_width / 2,
            activation_width / 2,
        )
        self.recurrent = _ENTRY + self.recurrent_end
        self.states = self.recurrent + self.recurrent_end + LOOSE + HALF
        self.join = self.states + HALF + LOOSE + RADIUS + _AIR
        self.total = self.join + RADIUS + LOOSE + HALF + _AIR
        self.squash = self.total + HALF + LOOSE + self.squash_end
        self.right = self.squash + self.squash_end + MARGIN
        self.half = tall / 2
        self.below = RADIUS + LOOSE + self.half
        self.pill = self.below + self.half + LOOSE + RADIUS


def _plan(step: CellStep, painter: ValuePainter) -> Plan:
    recurrent, activation = _recurrent_formula(step), _activation_formula(step)
    at = _Positions(
        painter.height, pill_width(recurrent), pill_width(activation)
    )
    bottom = at.pill + RADIUS + _EXIT
    plan = Plan(
        -at.half - MARGIN, at.right, bottom, {"h": 0.0}, feed=(at.join, bottom)
    )
    plan.lines = _wires(at, plan)
    plan.front = [*_values(at, step, painter), *_signs(at, step)]
    return plan


def _values(
    at: _Positions, step: CellStep, painter: ValuePainter
) -> list[Shape]:
    parts, x_name = _parts(step), "x·W + b" if step.has_bias else "x·W"
    return [
        *painter.column("h·U", parts["state"], at.states, 0, "h", "sums"),
        *painter.column(
            x_name, parts["input"], at.join, at.below, "features", "sums"
        ),
        *painter.column("sum", parts["total"], at.total, 0, "line", "sums"),
    ]


def _signs(at: _Positions, step: CellStep) -> list[Shape]:
    recurrent, own = _recurrent_formula(step), _input_formula(step)
    return [
        *draw_operator("+", at.join, 0),
        *draw_pill(recurrent, at.recurrent, 0),
        *draw_pill(own, at.join, at.pill),
        *draw_pill(_activation_formula(step), at.squash, 0),
        write_above(
            [*state(step, "h", before=True), *recurrent], at.states, -at.half
        ),
        write_above(plain("sum"), at.total, -at.half),
        Text(at.join + HALF + 7, at.below + 4, (*state(step, "x"), *own)),
    ]


def _wires(at: _Positions, plan: Plan) -> list[Shape]:
    return [
        draw_wire([(0, 0), (at.recurrent - at.recurrent_end, 0)], "h"),
        draw_wire([(at.recurrent, 0), (at.states - HALF, 0)], "h"),
        draw_wire([(at.states, 0), (at.join - RADIUS, 0)], "h"),
        draw_wire([(at.join, 0), (at.total - HALF, 0)], "line"),
        draw_wire([(at.total, 0), (at.squash - at.squash_end, 0)], "line"),
        draw_wire([(at.squash, 0), (plan.right, 0)], "h", head=False),
        draw_wire([plan.feed, (at.join, at.pill + RADIUS)], "features"),
        draw_wire(
            [(at.join, at.pill), (at.join, at.below + at.half)], "features"
        ),
        draw_wire([(at.join, at.below), (at.join, RADIUS)], "features"),
    ]


def _recurrent_formula(step: CellStep) -> Formula:
    return [*plain("·"), *weight(step, "U", "h")]


def _input_formula(step: CellStep) -> Formula:
    return [*plain("·"), *weight(step, "W", "h"), *plus_bias(step, "b", "h")]


def _activation_formula(step: CellStep) -> Formula:
    return [activation_span(step.activation("h"))]


def _no_formulas(_: CellStep) -> list[Formula]:
    return []


def _no_equations(_: CellStep) -> list[Equation]:
    return []


def _sentences(step: CellStep) -> Iterator[str]:
    yield f"h at t = {step.t} is the new state: {of_unit(step, step.after['h'])}"


KIND = CellKind(
    parts=_parts,
    parts_like_state={"h": ()},
    plan=_plan,
    state_formulas=_no_formulas,  # the sum after its activation is the state already
    state_equations=_no_equations,
    sentences=_sentences,
)
