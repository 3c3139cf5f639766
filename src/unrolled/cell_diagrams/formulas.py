"""The formulas of a cell, as text in the colours of what stands in them, for one step.

x, h and c have the timestep as index; W, U and b are a gate's columns of kernel, recurrent_kernel
and bias. A GRU with ``reset_after=True`` has two biases: b is added to the input's part, b' to the
state's.
"""

from __future__ import annotations

from collections.abc import Sequence

from unrolled.cell_diagrams.steps import CellStep, GateSum
from unrolled.scenes.fonts import shorten
from unrolled.scenes.numerals import write_factor, write_number
from unrolled.scenes.shapes import Span

SIZE = 13.0  # of the letters
INDEX = 11.0  # of an index: the smallest that is read without effort
DROP = 3.0  # how far an index stands below: its head still reaches the letter's foot
NAME = 110.0  # an activation's name is cut where it is longer, so that a line of three gates fits

Formula = list[Span]


def symbol(step: CellStep, gate: str, role: str = "ink") -> Span:
    """Return the sign of a gate."""
    return Span(step.facts.symbols[gate], role, SIZE, italic=True)


def state(step: CellStep, name: str, *, before: bool = False) -> Formula:
    """Return a state, or x, with the timestep as index: ``h`` with ``t−1`` before the step."""
    role = "features" if name == "x" else name
    letter = Span(name, role, SIZE, italic=True)
    return [
        letter,
        Span(_index(step, before), role, INDEX, italic=True, drop=DROP),
    ]


def _index(step: CellStep, before: bool) -> str:
    if not before:
        return "t"
    return "t+1" if step.call.go_backwards else "t−1"


def weight(step: CellStep, letter: str, gate: str) -> Formula:
    """Return W, U, b or b' with the gate as index; a SimpleRNN needs none."""
    formula = [Span(letter, "soft", SIZE, italic=True)]
    if step.has_gates:
        formula.append(Span(gate, "soft", INDEX, italic=True, drop=DROP))
    return formula


def plain(text: str) -> Formula:
    """Return what stands between the names."""
    return [Span(text, "soft", SIZE)]


def width_of(formula: Sequence[Span]) -> float:
    """Return how wide a formula is."""
    return sum(span.width for span in formula)


def text_of(formula: Sequence[Span]) -> str:
    """Return a formula as plain text."""
    return "".join(span.text for span in formula)


def applied(name: str, inside: Formula) -> Formula:
    """Return an activation applied to something."""
    return [activation_span(name), *plain("("), *inside, *plain(")")]


def activation_span(name: str) -> Span:
    """Return the name of an activation; a long one is cut."""
    return Span(shorten(name, NAME, 12, mono=True), "ink", 12, mono=True)


def gate_formula(step: CellStep, gate: str) -> Formula:
    """Return how a gate is made; for a SimpleRNN how h is."""
    value = applied(step.activation(gate), gate_sum(step, gate))
    return [*gate_name(step, gate), *plain(" = "), *value]


def gate_name(step: CellStep, gate: str) -> Formula:
    """Return what stands left of a gate's formula: its sign, for a SimpleRNN h."""
    return [symbol(step, gate)] if step.has_gates else state(step, "h")


def gate_sum(step: CellStep, gate: str) -> Formula:
    """Return what a gate adds up before its activation."""
    x, h, bias = (
        input_part(step, gate),
        state_part(step, gate),
        plus_bias(step, "b", gate),
    )
    if not step.resets_after:
        return [*x, *plain(" + "), *h, *bias]
    recurrent = plus_bias(step, "b'", gate)
    if step.is_reset(gate):
        reset = [
            symbol(step, step.facts.reset),
            *plain(" ⊙ ("),
            *h,
            *recurrent,
            *plain(")"),
        ]
        return [*x, *bias, *plain(" + "), *reset]
    return [*x, *bias, *plain(" + "), *h, *recurrent]


def plus_bias(step: CellStep, letter: str, gate: str) -> Formula:
    """Return a bias to add, nothing for a layer without."""
    if not step.has_bias:
        return []
    return [*plain(" + "), *weight(step, letter, gate)]


def input_part(step: CellStep, gate: str) -> Formula:
    """Return the product of x and the kernel."""
    return [*state(step, "x"), *plain("·"), *weight(step, "W", gate)]


def state_part(step: CellStep, gate: str) -> Formula:
    """Return the product of h and the recurrent kernel; with r where it acts before."""
    h = state(step, "h", before=True)
    if step.is_reset(gate) and not step.resets_after:
        h = [
            *plain("("),
            symbol(step, step.facts.reset),
            *plain(" ⊙ "),
            *h,
            *plain(")"),
        ]
    return [*h, *plain("·"), *weight(step, "U", gate)]


def gate_times_state(step: CellStep, gate: str, name: str) -> Formula:
    """Return a gate times the state before."""
    return [symbol(step, gate), *plain(" ⊙ "), *state(step, name, before=True)]


def written_sum(step: CellStep, gate: str, inner: GateSum, k: int) -> Formula:
    """Return the parts of a gate's sum for unit k as numbers, in the order of :func:`gate_sum`."""
    x = [_number(write_number(inner.x_part[k]), "features")]
    h = [_number(write_factor(inner.h_part[k]), "h")]
    bias = _written_bias(step, inner.bias[k])
    if not step.resets_after:
        return [*x, *plain(" + "), *h, *bias]
    recurrent = _written_bias(step, inner.recurrent_bias[k])
    if inner.reset is None:
        return [*x, *bias, *plain(" + "), *h, *recurrent]
    if recurrent:
        part = _number(write_number(inner.h_part[k]), "h")
        h = [*plain("("), part, *recurrent, *plain(")")]
    reset = _number(write_factor(inner.reset[k]), "ink")
    return [*x, *bias, *plain(" + "), reset, *plain("·"), *h]


def _written_bias(step: CellStep, value: float) -> Formula:
    if not step.has_bias:
        return []
    return [*plain(" + "), _number(write_factor(value), "soft")]


def factor(value: float, role: str = "ink") -> Span:
    """Return a number within a product."""
    return _number(write_factor(value), role)


def result(value: float, role: str = "ink") -> Span:
    """Return the number that a line ends in."""
    return Span(write_number(value), role, SIZE, bold=True)


def _number(text: str, role: str) -> Span:
    return Span(text, role, SIZE)
