"""The LSTM: c runs along the top, h along the bottom, the gates i f c o stand in between.

Sources: Hochreiter and Schmidhuber 1997, Gers et al. 2000; Keras ``src/layers/rnn/lstm.py``:
``c_t = f·c + i·candidate``, ``h_t = o·activation(c_t)``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from unrolled.cell_diagrams.formulas import (
    SIZE,
    Formula,
    applied,
    factor,
    gate_times_state,
    plain,
    result,
    state,
    symbol,
)
from unrolled.cell_diagrams.kinds import CellKind, Equation
from unrolled.cell_diagrams.painter import FOOT, ValuePainter
from unrolled.cell_diagrams.plans import (
    ABOVE_X,
    APART,
    HALF,
    MARGIN,
    Plan,
    feed_gates,
)
from unrolled.cell_diagrams.steps import CellStep
from unrolled.cell_diagrams.symbols import (
    RADIUS,
    draw_dot,
    draw_gap,
    draw_operator,
    draw_wire,
    write_above,
)
from unrolled.cell_diagrams.words import before_text
from unrolled.scenes.numerals import write_list, write_number, write_product
from unrolled.scenes.shapes import Shape, Span, Text
from unrolled.traces.cells import Array

_ENTRY = 24.0  # from the cell's side to the first gate: c is seen before anything meets it
_MEETING = 36.0  # from the columns on c down to where i meets the candidate: an operator and air
_GATES = 80.0  # from c down to the gates, beyond a column: the meeting and the gates' words
_OUTLET = (
    46.0  # between o and the activation of c: the arrow from o to its product
)
_SQUASH = 20.0  # from c down to its activation: the arrow into it
_EXIT = 26.0  # from the activation of c to the cell's side


def _parts(step: CellStep) -> Mapping[str, Array]:
    """Return ``f·c``, ``i·ĉ`` and ``activation(c)``, NaN where o is 0 and it cannot be seen."""
    gates = step.gates
    with np.errstate(divide="ignore", invalid="ignore"):
        squashed = np.where(
            gates["o"] == 0, np.nan, step.after["h"] / gates["o"]
        )
    return {
        "kept": gates["f"] * step.before["c"],
        "added": gates["i"] * gates["c"],
        "squashed": squashed,
    }


class _Positions:
    """Where the parts stand. tall: a column of values; wide: a gate."""

    def __init__(self, tall: float, wide: float) -> None:
        self.tall, self.wide = tall, wide
        first = _ENTRY + wide / 2
        self.i, self.f, self.c, self.o = (
            first + k * (wide + APART) for k in range(4)
        )
        self.meeting = tall / 2 + _MEETING  # where i meets the candidate
        self.top = tall + _GATES  # of the gates
        self.foot = self.top + tall + FOOT
        self.middle = (self.top + self.foot) / 2
        self.join, self.last = (self.c + self.o) / 2, self.o + wide + _OUTLET
        self.kept = (self.f + self.join) / 2
        self.squash = RADIUS + _SQUASH


def _plan(step: CellStep, painter: ValuePainter) -> Plan:
    at = _Positions(painter.height, painter.gate_width)
    plan = Plan(
        top=-at.tall / 2 - MARGIN,
        right=at.last + at.wide / 2 + _EXIT,
        bottom=at.foot
        + 72,  # the lines of h and x, and an arrow's room below them
        states={"c": 0.0, "h": at.foot + ABOVE_X},
    )
    gates = [at.i, at.f, at.c, at.o]
    plan.lines = _wires(at, plan) + feed_gates(plan, gates, gates, at.foot)
    plan.front = [
        *_values(at, step, painter),
        *_operators(at),
        *_formulas_beside(at, step),
    ]
    return plan


def _values(
    at: _Positions, step: CellStep, painter: ValuePainter
) -> list[Shape]:
    parts, activation = _parts(step), step.output_activation
    name, squashed = f"{activation}(c)", parts["squashed"]
    return [
        *painter.gate("i", at.i, at.top),
        *painter.gate("f", at.f, at.top),
        *painter.gate("c", at.c, at.top),
        *painter.gate("o", at.o, at.top, aside=True),
        *painter.column("f ⊙ c", parts["kept"], at.kept, 0, "c", "c"),
        *painter.column(
            "i ⊙ c\u0302", parts["added"], at.join, at.meeting, "c", "c"
        ),
        *painter.activated(
            name,
            squashed,
            activation,
            at.last,
            at.squash,
            scale="h",
            above=True,
        ),
    ]


def _operators(at: _Positions) -> list[Shape]:
    return [
        *draw_operator("·", at.f, 0),
        *draw_operator("+", at.join, 0),
        *draw_operator("·", at.c, at.meeting),
        *draw_operator("·", at.last, at.middle),
    ]


def _formulas_beside(at: _Positions, step: CellStep) -> list[Shape]:
    added = (symbol(step, "i"), *plain(" ⊙ "), symbol(step, "c"))
    return [
        write_above(gate_times_state(step, "f", "c"), at.kept, -at.tall / 2),
        Text(at.join + HALF + 7, at.meeting + 4, added),
    ]


def _wires(at: _Positions, plan: Plan) -> list[Shape]:
    out = plan.states["h"]
    return [
        draw_wire([(0, 0), (at.f - RADIUS, 0)], "c"),
        draw_wire([(at.f, 0), (at.join - RADIUS, 0)], "c"),
        draw_wire([(at.join, 0), (plan.right, 0)], "c", head=False),
        draw_dot(at.last, 0, "c"),
        draw_wire([(at.last, 0), (at.last, at.squash)], "c"),
        draw_wire(
            [
                (at.last, at.squash + at.tall + FOOT),
                (at.last, at.middle - RADIUS),
            ],
            "c",
        ),
        draw_wire(
            [(at.i, at.top), (at.i, at.meeting), (at.c - RADIUS, at.meeting)],
            "line",
        ),
        draw_gap(at.f, at.meeting),
        draw_wire([(at.f, at.top), (at.f, RADIUS)], "line"),
        draw_wire([(at.c, at.top), (at.c, at.meeting + RADIUS)], "line"),
        draw_wire([(at.c, at.meeting), (at.join - HALF, at.meeting)], "line"),
        draw_wire(
            [(at.join, at.meeting - at.tall / 2), (at.join, RADIUS)], "line"
        ),
        draw_wire([(at.o, at.middle), (at.last - RADIUS, at.middle)], "line"),
        draw_wire(
            [(at.last, at.middle), (at.last, out), (plan.right, out)],
            "h",
            head=False,
        ),
    ]


def _state_formulas(step: CellStep) -> list[Formula]:
    kept, added = (
        gate_times_state(step, "f", "c"),
        [symbol(step, "i"), *plain(" ⊙ ")],
    )
    c = [
        *state(step, "c"),
        *plain(" = "),
        *kept,
        *plain(" + "),
        *added,
        symbol(step, "c"),
    ]
    squashed = applied(step.output_activation, state(step, "c"))
    h = [
        *state(step, "h"),
        *plain(" = "),
        symbol(step, "o"),
        *plain(" ⊙ "),
        *squashed,
    ]
    return [c, h]


def _state_equations(step: CellStep) -> list[Equation]:
    k, gates, after = step.unit or 0, step.gates, step.after
    kept = [
        factor(gates["f"][k]),
        *plain("·"),
        factor(step.before["c"][k], "c"),
    ]
    added = [factor(gates["i"][k]), *plain("·"), factor(gates["c"][k])]
    end = [*plain(" = "), result(after["c"][k], "c")]
    c = [*plain(" = "), *kept, *plain(" + "), *added, *end]
    h = [
        *plain(" = "),
        *_output_numbers(step, k),
        *plain(" = "),
        result(after["h"][k], "h"),
    ]
    return [Equation(state(step, "c"), c), Equation(state(step, "h"), h)]


def _output_numbers(step: CellStep, k: int) -> Formula:
    """Return ``o·activation(c)`` with its numbers, and the activation's value where it is seen."""
    c = Span(write_number(step.after["c"][k]), "c", SIZE)
    gate = [factor(step.gates["o"][k]), *plain("·")]
    formula = [*gate, *applied(step.output_activation, [c])]
    squashed = _parts(step)["squashed"][k]
    if np.isfinite(squashed):
        formula += [*plain(" = "), *gate, factor(squashed)]
    return formula


def _sentences(step: CellStep) -> Iterator[str]:
    gates, parts, after, k = step.gates, _parts(step), step.after, step.unit
    now, squash = f"at t = {step.t}", step.output_activation
    c = f"c {now} = f ⊙ c {before_text(step)} + i ⊙ candidate"
    h = f"h {now} = o ⊙ {squash}(c {now})"
    if k is None:
        kept, added = write_list(parts["kept"]), write_list(parts["added"])
        yield f"{c} = {kept} + {added} = {write_list(after['c'])}"
        yield f"{h} = {write_list(after['h'])}"
        return
    kept = write_product(gates["f"][k], step.before["c"][k])
    added = write_product(gates["i"][k], gates["c"][k])
    yield f"{c} = {kept} + {added} = {write_number(after['c'][k])}"
    numbers = (
        f"{write_number(gates['o'][k])}·{squash}({write_number(after['c'][k])})"
    )
    yield f"{h} = {numbers} = {write_number(after['h'][k])}"


KIND = CellKind(
    parts=_parts,
    parts_like_state={"c": ("kept", "added"), "h": ("squashed",)},
    plan=_plan,
    state_formulas=_state_formulas,
    state_equations=_state_equations,
    sentences=_sentences,
)
