"""The arithmetic of one unit, written out with its numbers under the picture."""

from __future__ import annotations

from collections.abc import Iterator

from unrolled.cell_diagrams.formulas import (
    SIZE,
    Formula,
    applied,
    factor,
    gate_name,
    input_part,
    plain,
    result,
    state_part,
    symbol,
    width_of,
    written_sum,
)
from unrolled.cell_diagrams.kinds import Equation, kind_of
from unrolled.cell_diagrams.steps import CellStep, GateSum
from unrolled.scenes.elision import elide
from unrolled.scenes.numerals import MOST, write_factor, write_number
from unrolled.scenes.shapes import Line, Shape, Span, Text
from unrolled.traces.cells import Array

_ROW = (
    19.0  # from one line to the next: an index below and a hat above stay apart
)
_NAMES = 112.0  # room at the left: a gate's sign and its words
_LABELS = 108.0  # and for what is computed: (r ⊙ h)·U with its indices
_PARAGRAPH = 8.0  # between two gates


def draw_sheet(
    step: CellStep, left: float, top: float, right: float
) -> list[Shape]:
    """Return the arithmetic of one unit: of each gate its products and its sum; then the states."""
    shapes: list[Shape] = [
        Line(((left, top), (right, top)), "hatch", head=False, weight=1)
    ]
    x, y = left + _NAMES + _LABELS, top + 26
    for gate in step.weights.columns:
        words = Span(f"  {step.facts.words[gate]}", "soft", 12)
        shapes.append(Text(left, y, (symbol(step, gate), words)))
        for equation in _gate_equations(step, gate, right - x):
            shapes += _written(equation, x, y)
            y += _ROW
        y += _PARAGRAPH
    for equation in kind_of(step).state_equations(step):
        shapes += _written(equation, x, y)
        y += _ROW
    return shapes


def _written(equation: Equation, x: float, y: float) -> list[Shape]:
    numbers = Text(x, y, tuple(equation.numbers))
    if not equation.name:
        return [numbers]
    return [Text(x - 4, y, tuple(equation.name), "end"), numbers]


def _gate_equations(
    step: CellStep, gate: str, room: float
) -> Iterator[Equation]:
    """Yield the lines of one gate: its two products, its sum."""
    inner, k = step.sum_of(gate), step.unit or 0
    x_terms = _terms(inner.x, inner.kernel[:, k], "features")
    yield from _broken(input_part(step, gate), x_terms, room)
    h_terms = _terms(inner.h, inner.recurrent_kernel[:, k], "h")
    yield from _broken(state_part(step, gate), h_terms, room)
    yield Equation(gate_name(step, gate), _sum_numbers(step, gate, inner, k))


def _sum_numbers(step: CellStep, gate: str, inner: GateSum, k: int) -> Formula:
    """Return a gate's sum and its activation with the numbers of unit k."""
    activation = step.activation(gate)
    parts = applied(activation, written_sum(step, gate, inner, k))
    total = applied(
        activation, [Span(write_number(inner.total[k]), "ink", SIZE)]
    )
    value = result(step.gates[gate][k])
    return [*plain(" = "), *parts, *plain(" = "), *total, *plain(" = "), value]


def _terms(values: Array, weights: Array, role: str) -> list[Formula]:
    """Return the products and their sum; past 8 products the middle is left out."""
    terms = []
    for position, k in enumerate(elide(len(values), MOST)):
        term = plain("…")
        if k is not None:
            number = Span(write_factor(values[k]), role, SIZE)
            term = [number, *plain("·"), factor(weights[k])]
        terms.append([*plain(" + " if position else " = "), *term])
    return [*terms, [*plain(" = "), result(float(values @ weights), role)]]


def _broken(
    name: Formula, terms: list[Formula], room: float
) -> Iterator[Equation]:
    """Yield the terms in as many lines as they need; only the first line has the name."""
    line: Formula = []
    for term in terms:
        if line and width_of([*line, *term]) > room:
            yield Equation(name, line)
            name, line = [], []
        line = [*line, *term]
    yield Equation(name, line)
