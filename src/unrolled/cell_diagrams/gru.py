"""The GRU: h runs along the top; below stand z, r and the candidate, which r acts on.

Sources: Cho et al. 2014; Keras ``src/layers/rnn/gru.py``: ``h_t = z·h + (1 - z)·candidate``. With
``reset_after=True``, its default, r multiplies what comes out of the recurrent kernel, else what
goes into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from unrolled.cell_diagrams.formulas import (
    Formula,
    factor,
    gate_times_state,
    plain,
    plus_bias,
    result,
    state,
    symbol,
    text_of,
    weight,
    width_of,
)
from unrolled.cell_diagrams.kinds import CellKind, Equation
from unrolled.cell_diagrams.painter import FOOT, ValuePainter
from unrolled.cell_diagrams.plans import APART, HALF, MARGIN, Plan, feed_gates
from unrolled.cell_diagrams.steps import CellStep
from unrolled.cell_diagrams.symbols import (
    LOOSE,
    RADIUS,
    draw_dot,
    draw_operator,
    draw_pill,
    draw_wire,
    write_above,
)
from unrolled.cell_diagrams.words import before_text
from unrolled.scenes.numerals import write_list, write_number, write_product
from unrolled.scenes.shapes import Shape, Text
from unrolled.traces.cells import Array

_FORK = (
    22.0  # from the cell's side to where h forks: its dot is clear of the frame
)
_ENTRY = (
    50.0  # from the cell's side to the first gate: the fork and its line down
)
# from the columns on h down to where 1 - z meets the candidate: an operator and air
_MEETING = 36.0
_GATES = 80.0  # from h down to the gates, beyond a column: the meeting and the gates' words
_BUS = 44.0  # from the gates' feet to the line of h that goes on to r's product
_CROSS = 58.0  # from r to its product: the pill with the recurrent kernel fits beside r
_NAME_PADDING = 10.0  # beside the formula over r's product
_EXIT = 22.0  # from the formula of the last part to the cell's side


def _parts(step: CellStep) -> Mapping[str, Array]:
    """Return ``z·h``, ``1 - z``, ``(1 - z)·ĥ``, and what of the state goes into the candidate."""
    gates, inner = step.gates, step.sum_of("h")
    rest = 1 - gates["z"]
    return {
        "kept": gates["z"] * step.before["h"],
        "rest": rest,
        "added": rest * gates["h"],
        "reset": inner.recurrent if step.resets_after else inner.h,
    }


class _Positions:
    """Where the parts stand. tall: a column of values; wide: a gate; name: over r's product."""

    def __init__(self, tall: float, wide: float, name: float) -> None:
        self.tall, self.wide = tall, wide
        beside = max(HALF + LOOSE, name / 2 + _NAME_PADDING)
        self.fork, self.z = _FORK, _ENTRY + wide / 2
        self.r = self.z + wide + APART
        self.cross = self.r + wide / 2 + _CROSS  # where r meets the state
        self.reset = self.cross + RADIUS + beside
        self.h = self.reset + beside + wide / 2
        self.join = self.h + RADIUS + LOOSE + HALF
        self.meeting = tall / 2 + _MEETING  # where 1 - z meets the candidate
        self.top = tall + _GATES  # of the gates
        self.foot = self.top + tall + FOOT
        self.middle, self.bus = (self.top + self.foot) / 2, self.foot + _BUS
        self.rest = self.z + LOOSE + 2 * HALF + 6
        self.kept = (self.rest + self.join) / 2


def _plan(step: CellStep, painter: ValuePainter) -> Plan:
    at = _Positions(
        painter.height, painter.gate_width, width_of(_reset_formula(step))
    )
    plan = Plan(
        top=-at.tall / 2 - MARGIN,
        right=at.join + HALF + _EXIT + width_of(_added_formula(step)),
        bottom=at.foot
        + 82,  # the lines of h and x, and an arrow's room below them
        states={"h": 0.0},
    )
    fed = feed_gates(
        plan, [at.z, at.r, at.h], [at.z, at.r], at.foot, bus=at.bus
    )
    plan.lines = _wires(at, plan) + fed
    plan.front = [
        *_values(at, step, painter),
        *_operators(at),
        *_formulas_beside(at, step),
    ]
    return plan


def _values(
    at: _Positions, step: CellStep, painter: ValuePainter
) -> list[Shape]:
    parts, reset = _parts(step), text_of(_reset_formula(step))
    return [
        *painter.gate("z", at.z, at.top),
        *painter.gate("r", at.r, at.top, aside=True),
        *painter.gate("h", at.h, at.top),
        *painter.column("z ⊙ h", parts["kept"], at.kept, 0, "h", "h"),
        *painter.column(
            "1 − z", parts["rest"], at.rest, at.meeting, "line", "gates"
        ),
        *painter.column(
            "(1 − z) ⊙ h\u0302", parts["added"], at.join, at.meeting, "h", "h"
        ),
        *painter.column(reset, parts["reset"], at.reset, at.middle, "h", "h"),
    ]


def _operators(at: _Positions) -> list[Shape]:
    return [
        *draw_operator("·", at.z, 0),
        *draw_operator("+", at.join, 0),
        *draw_operator("·", at.h, at.meeting),
        *draw_operator("·", at.cross, at.middle),
    ]


def _formulas_beside(at: _Positions, step: CellStep) -> list[Shape]:
    rest, below = (
        (*plain("1 − "), symbol(step, "z")),
        at.meeting + at.tall / 2 + 15,
    )
    shapes: list[Shape] = [
        write_above(gate_times_state(step, "z", "h"), at.kept, -at.tall / 2),
        Text(at.rest, below, rest, "middle"),
        Text(at.join + HALF + 7, at.meeting + 4, tuple(_added_formula(step))),
        write_above(_reset_formula(step), at.reset, at.middle - at.tall / 2),
    ]
    if step.resets_after:
        y = (at.middle + RADIUS + at.bus) / 2
        shapes += draw_pill(_recurrent_formula(step), at.cross, y)
    return shapes


def _wires(at: _Positions, plan: Plan) -> list[Shape]:
    way = [
        (at.fork, 0),
        (at.fork, at.bus),
        (at.cross, at.bus),
        (at.cross, at.middle + RADIUS),
    ]
    return [
        draw_wire([(0, 0), (at.z - RADIUS, 0)], "h"),
        draw_wire([(at.z, 0), (at.join - RADIUS, 0)], "h"),
        draw_wire([(at.join, 0), (plan.right, 0)], "h", head=False),
        draw_dot(at.fork, 0, "h"),
        draw_wire([(at.z, at.top), (at.z, RADIUS)], "line"),
        draw_dot(at.z, at.meeting, "line"),
        draw_wire([(at.z, at.meeting), (at.rest - HALF, at.meeting)], "line"),
        draw_wire([(at.rest, at.meeting), (at.h - RADIUS, at.meeting)], "line"),
        draw_wire([(at.h, at.top), (at.h, at.meeting + RADIUS)], "line"),
        draw_wire([(at.h, at.meeting), (at.join - HALF, at.meeting)], "line"),
        draw_wire(
            [(at.join, at.meeting - at.tall / 2), (at.join, RADIUS)], "line"
        ),
        draw_wire([(at.r, at.middle), (at.cross - RADIUS, at.middle)], "line"),
        draw_wire(way, "h"),
        draw_wire([(at.cross, at.middle), (at.reset - HALF, at.middle)], "h"),
        draw_wire(
            [(at.reset, at.middle), (at.h - at.wide / 2, at.middle)], "h"
        ),
    ]


def _added_formula(step: CellStep) -> Formula:
    return [
        *plain("(1 − "),
        symbol(step, "z"),
        *plain(") ⊙ "),
        symbol(step, "h"),
    ]


def _recurrent_formula(step: CellStep) -> Formula:
    return [*plain("·"), *weight(step, "U", "h"), *plus_bias(step, "b'", "h")]


def _reset_formula(step: CellStep) -> Formula:
    """Return what of the state goes into the candidate."""
    h = state(step, "h", before=True)
    if not step.resets_after:
        return [symbol(step, "r"), *plain(" ⊙ "), *h]
    return [
        symbol(step, "r"),
        *plain(" ⊙ ("),
        *h,
        *_recurrent_formula(step),
        *plain(")"),
    ]


def _state_formulas(step: CellStep) -> list[Formula]:
    kept, added = gate_times_state(step, "z", "h"), _added_formula(step)
    return [[*state(step, "h"), *plain(" = "), *kept, *plain(" + "), *added]]


def _state_equations(step: CellStep) -> list[Equation]:
    k, gates, rest = step.unit or 0, step.gates, _parts(step)["rest"]
    kept = [
        factor(gates["z"][k]),
        *plain("·"),
        factor(step.before["h"][k], "h"),
    ]
    added = [factor(rest[k]), *plain("·"), factor(gates["h"][k])]
    end = [*plain(" = "), result(step.after["h"][k], "h")]
    return [
        Equation(
            state(step, "h"),
            [*plain(" = "), *kept, *plain(" + "), *added, *end],
        )
    ]


def _sentences(step: CellStep) -> Iterator[str]:
    gates, parts, h, k = step.gates, _parts(step), step.after["h"], step.unit
    made = (
        f"h at t = {step.t} = z ⊙ h {before_text(step)} + (1 − z) ⊙ candidate"
    )
    if k is None:
        kept, added = write_list(parts["kept"]), write_list(parts["added"])
        yield f"{made} = {kept} + {added} = {write_list(h)}"
        return
    kept = write_product(gates["z"][k], step.before["h"][k])
    added = write_product(parts["rest"][k], gates["h"][k])
    yield f"{made} = {kept} + {added} = {write_number(h[k])}"


KIND = CellKind(
    parts=_parts,
    parts_like_state={"h": ("kept", "added", "reset")},
    plan=_plan,
    state_formulas=_state_formulas,
    state_equations=_state_equations,
    sentences=_sentences,
)
