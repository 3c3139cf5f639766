"""The formulas of a cell, as text in the colours of what stands in them: for one step, with its own activations.

x, h and c have the timestep as index; W, U and b are a gate's columns of kernel, recurrent_kernel and bias. A GRU with
``reset_after=True`` has two biases: b is added to the input's part, b' to the state's.
"""

from __future__ import annotations

from collections.abc import Sequence

from unrolled.cell_diagrams.steps import CellStep, GateSum
from unrolled.scenes.fonts import shorten
from unrolled.scenes.numerals import write_factor, write_number
from unrolled.scenes.shapes import Span

SIZE = 13.0
INDEX = 11.0
NAME = 110.0  # an activation's name is cut where it is longer

#: what a gate is called in a formula; a candidate is not to be taken for the state that is made of it
SYMBOLS = {
    "LSTM": {"i": "i", "f": "f", "c": "c\u0302", "o": "o"},
    "GRU": {"z": "z", "r": "r", "h": "h\u0302"},
    "SimpleRNN": {"h": "h"},
}
Formula = list[Span]


def symbol(step: CellStep, gate: str, role: str = "ink") -> Span:
    """Return the sign of a gate."""
    return Span(SYMBOLS[step.kind][gate], role, SIZE, italic=True)


def state(step: CellStep, name: str, *, before: bool = False) -> Formula:
    """Return a state, or x, with the timestep as index: ``h`` with ``t−1`` before the step."""
    index = "t" if not before else "t+1" if step.rec.go_backwards else "t−1"
    role = "features" if name == "x" else name
    return [Span(name, role, SIZE, italic=True), Span(index, role, INDEX, italic=True, drop=3.0)]


def weight(step: CellStep, letter: str, gate: str) -> Formula:
    """Return W, U, b or b' with the gate as index; a SimpleRNN needs none."""
    own = [Span(letter, "soft", SIZE, italic=True)]
    return (
        own
        if step.kind == "SimpleRNN"
        else [*own, Span(gate, "soft", INDEX, italic=True, drop=3.0)]
    )


def plain(text: str) -> Formula:
    """Return what stands between the names."""
    return [Span(text, "soft", SIZE)]


def applied(name: str, inside: Formula) -> Formula:
    """Return an activation applied to something."""
    return [activation_span(name), *plain("("), *inside, *plain(")")]


def activation_span(name: str) -> Span:
    """Return the name of an activation; a long one is cut."""
    return Span(shorten(name, NAME, 12, mono=True), "ink", 12, mono=True)


def gate_formula(step: CellStep, gate: str) -> Formula:
    """Return how a gate is made; for a SimpleRNN how h is."""
    left = state(step, "h") if step.kind == "SimpleRNN" else [symbol(step, gate)]
    return [*left, *plain(" = "), *applied(step.activation(gate), gate_sum(step, gate))]


def gate_sum(step: CellStep, gate: str) -> Formula:
    """Return what a gate adds up before its activation."""
    own = _bias(step, "b", gate)
    inner = state_part(step, gate)
    if not step.resets_after:
        return [*input_part(step, gate), *plain(" + "), *inner, *own]
    recurrent = _bias(step, "b'", gate)
    if gate == "h":
        inner = [symbol(step, "r"), *plain(" ⊙ ("), *inner, *recurrent, *plain(")")]
        recurrent = []
    return [*input_part(step, gate), *own, *plain(" + "), *inner, *recurrent]


def _bias(step: CellStep, letter: str, gate: str) -> Formula:
    return [*plain(" + "), *weight(step, letter, gate)] if step.has_bias else []


def input_part(step: CellStep, gate: str) -> Formula:
    """Return the product of x and the kernel."""
    return [*state(step, "x"), *plain("·"), *weight(step, "W", gate)]


def state_part(step: CellStep, gate: str) -> Formula:
    """Return the product of h and the recurrent kernel; with r where it acts before."""
    h = state(step, "h", before=True)
    if step.kind == "GRU" and gate == "h" and not step.resets_after:
        h = [*plain("("), symbol(step, "r"), *plain(" ⊙ "), *h, *plain(")")]
    return [*h, *plain("·"), *weight(step, "U", gate)]


def state_formulas(step: CellStep) -> list[Formula]:
    """Return how the states follow from the gates: c and h of an LSTM, h of a GRU."""
    times, plus, equals = plain(" ⊙ "), plain(" + "), plain(" = ")
    if step.kind == "LSTM":
        c = [
            *state(step, "c"),
            *equals,
            symbol(step, "f"),
            *times,
            *state(step, "c", before=True),
            *plus,
        ]
        c += [symbol(step, "i"), *times, symbol(step, "c")]
        squashed = applied(step.output_activation, state(step, "c"))
        return [c, [*state(step, "h"), *equals, symbol(step, "o"), *times, *squashed]]
    if step.kind == "GRU":
        h = [
            *state(step, "h"),
            *equals,
            symbol(step, "z"),
            *times,
            *state(step, "h", before=True),
            *plus,
        ]
        return [[*h, *plain("(1 − "), symbol(step, "z"), *plain(")"), *times, symbol(step, "h")]]
    return []


def written_sum(step: CellStep, gate: str, inner: GateSum, k: int) -> Formula:
    """Return the parts of a gate's sum for unit k as numbers, in the order of :func:`gate_sum`."""
    x = [_number(write_number(inner.x_part[k]), "features")]
    h = [_number(write_factor(inner.h_part[k]), "h")]
    own, recurrent = (_written_bias(step, float(b[k])) for b in (inner.bias, inner.recurrent_bias))
    if not step.resets_after:
        return [*x, *plain(" + "), *h, *own]
    if inner.reset is not None:
        reset = _number(write_factor(inner.reset[k]), "ink")
        h = [_number(write_number(inner.h_part[k]), "h"), *recurrent]
        h = [
            reset,
            *plain("·"),
            *(_in_brackets(h) if recurrent else [_number(write_factor(inner.h_part[k]), "h")]),
        ]
        recurrent = []
    return [*x, *own, *plain(" + "), *h, *recurrent]


def _written_bias(step: CellStep, value: float) -> Formula:
    return [*plain(" + "), _number(write_factor(value), "soft")] if step.has_bias else []


def _in_brackets(formula: Formula) -> Formula:
    return [*plain("("), *formula, *plain(")")]


def _number(text: str, role: str) -> Span:
    return Span(text, role, SIZE)


def text_of(formula: Sequence[Span]) -> str:
    """Return a formula as plain text."""
    return "".join(span.text for span in formula)
