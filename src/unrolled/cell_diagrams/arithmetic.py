"""What stands under a step: the legend, and for one unit the arithmetic, written out with its numbers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unrolled.cell_diagrams.formulas import (
    SIZE,
    Formula,
    applied,
    input_part,
    plain,
    state,
    state_part,
    symbol,
    weight,
    written_sum,
)
from unrolled.cell_diagrams.signs import RADIUS, Signs, draw_operator, draw_wire
from unrolled.cell_diagrams.steps import CellStep
from unrolled.diagrams.layout.glyphs import BANDS
from unrolled.diagrams.layout.grids import elide
from unrolled.scenes.numerals import MOST, write_factor, write_number
from unrolled.scenes.shapes import Line, Shape, Span, Text, bounds_of, label, moved
from unrolled.traces.cells import Array
from unrolled.traces.gate_weights import GATE_WORDS

_ROW = 19.0
_NAMES = 112.0  # room for the gates' names at the left
_LABELS = 108.0  # and for what is computed


def draw_sheet(step: CellStep, left: float, top: float, right: float) -> list[Shape]:
    """Return the arithmetic of one unit: for each gate its products, its sum, its activation; then the states."""
    shapes: list[Shape] = [Line(((left, top), (right, top)), "hatch", head=False, weight=1)]
    y = top + 26
    for gate in step.weights.columns:
        words = GATE_WORDS[step.rec.cell_class][gate]
        shapes += [Text(left, y, (symbol(step, gate), Span(f"  {words}", "soft", 12)))]
        for name, numbers in _gate_rows(step, gate, right - left - _NAMES - _LABELS):
            shapes += _row(name, numbers, left + _NAMES + _LABELS, y)
            y += _ROW
        y += 8
    for name, numbers in _state_rows(step):
        shapes += _row(name, numbers, left + _NAMES + _LABELS, y)
        y += _ROW
    return shapes


def _row(name: Formula, numbers: Formula, x: float, y: float) -> list[Shape]:
    shapes: list[Shape] = [Text(x, y, tuple(numbers))]
    return [Text(x - 4, y, tuple(name), "end"), *shapes] if name else shapes


def _gate_rows(step: CellStep, gate: str, room: float) -> Iterator[tuple[Formula, Formula]]:
    """Yield the lines of one gate: what is computed, and its numbers."""
    inner, k = step.sum_of(gate), step.unit or 0
    yield from _sum_rows(input_part(step, gate), inner.x, inner.kernel[:, k], "features", room)
    yield from _sum_rows(state_part(step, gate), inner.h, inner.recurrent_kernel[:, k], "h", room)
    name = state(step, "h") if step.kind == "SimpleRNN" else [symbol(step, gate)]
    made = applied(step.activation(gate), written_sum(step, gate, inner, k))
    total = applied(step.activation(gate), [Span(write_number(inner.total[k]), "ink", SIZE)])
    yield (
        name,
        [*plain(" = "), *made, *plain(" = "), *total, *plain(" = "), _bold(step.gates[gate][k])],
    )


def _sum_rows(
    name: Formula, values: Array, weights: Array, role: str, room: float
) -> Iterator[tuple[Formula, Formula]]:
    """Yield the products and their sum, in as many lines as it takes; past 8 products the middle is left out."""
    line: Formula = []
    for place, k in enumerate(elide(len(values), MOST)):
        term = plain("…") if k is None else _term(values[k], weights[k], role)
        term = [*plain(" + " if place else " = "), *term]
        if line and sum(s.width for s in [*line, *term]) > room:
            yield name, line
            name, line = [], []
        line += term
    end = [*plain(" = "), Span(write_number(float(values @ weights)), role, SIZE, bold=True)]
    if sum(s.width for s in [*line, *end]) > room:
        yield name, line
        name, line = [], []
    yield name, [*line, *end]


def _term(value: float, factor: float, role: str) -> Formula:
    return [
        Span(write_factor(value), role, SIZE),
        *plain("·"),
        Span(write_factor(factor), "ink", SIZE),
    ]


def _state_rows(step: CellStep) -> list[tuple[Formula, Formula]]:
    """Return the lines of the states: c and h of an LSTM, h of a GRU."""
    k, gates, parts = step.unit or 0, step.gates, step.parts
    if step.kind == "SimpleRNN":
        return []
    name = "c" if step.kind == "LSTM" else "h"
    keep, add = ("f", "i") if name == "c" else ("z", "")
    kept = [_factor(gates[keep][k]), *plain("·"), _factor(step.before[name][k], name)]
    added = [
        _factor(gates[add][k] if add else parts["rest"][k]),
        *plain("·"),
        _factor(gates[name][k]),
    ]
    first = [
        *plain(" = "),
        *kept,
        *plain(" + "),
        *added,
        *plain(" = "),
        _bold(step.after[name][k], name),
    ]
    rows = [(state(step, name), first)]
    if name == "c":
        c = applied(step.output_activation, [Span(write_number(step.after["c"][k]), "c", SIZE)])
        o, squashed = [_factor(gates["o"][k]), *plain("·")], parts["squashed"][k]
        seen = [*plain(" = "), *o, _factor(squashed)] if np.isfinite(squashed) else []
        rows.append(
            (
                state(step, "h"),
                [*plain(" = "), *o, *c, *seen, *plain(" = "), _bold(step.after["h"][k], "h")],
            )
        )
    return rows


def _factor(value: float, role: str = "ink") -> Span:
    return Span(write_factor(value), role, SIZE)


def _bold(value: float, role: str = "ink") -> Span:
    return Span(write_number(value), role, SIZE, bold=True)


def draw_legend(step: CellStep, signs: Signs, left: float, top: float, right: float) -> list[Shape]:
    """Return what the signs and colours mean, in as many lines as it takes."""
    shapes: list[Shape] = [Line(((left, top), (right, top)), "hatch", head=False, weight=1)]
    x, y = left, top + 24
    for item in _items(step, signs):
        end = bounds_of(item)[2]
        if x > left and x + end > right:
            x, y = left, y + 26
        shapes += [moved(shape, x, y) for shape in item]
        x += end + 24
    return shapes


def _items(step: CellStep, signs: Signs) -> list[list[Shape]]:
    """Return the entries of the legend, each beginning at x = 0 around y = 0."""
    items = [_line_item(name, f"state {name}") for name in step.after]
    if not step.masked:
        items.append(_line_item("features", "features"))
        items += (
            []
            if step.kind == "SimpleRNN"
            else [_line_item("line", "gates"), _operator_item("·", "⊙ multiply")]
        )
        items += [_operator_item("+", "⊕ add"), [_tell_weights(step)]]
    return [*items, [label(0, 4, _tell_colors(step, signs), "soft", 12)]]


def _line_item(role: str, words: str) -> list[Shape]:
    return [
        draw_wire([(0, 0), (28, 0)], role),
        label(35, 4, words, "soft" if role == "line" else role, 12),
    ]


def _operator_item(sign: str, words: str) -> list[Shape]:
    return [
        *draw_operator(sign, RADIUS, 0),
        label(2 * RADIUS + 6, 4, f"{words}, unit by unit", "soft", 12),
    ]


def _tell_weights(step: CellStep) -> Text:
    """Return what the letters of the weights stand for."""
    words = {"W": "kernel", "U": "recurrent_kernel"}
    if step.has_bias:
        words |= {"b": "bias[0]", "b'": "bias[1]"} if step.resets_after else {"b": "bias"}
    spans: Formula = []
    for letter, word in words.items():
        spans += plain(", ") if spans else []
        spans += [*weight(step, letter, "")[:1], Span(f" {word}", "soft", 12)]
    many = len(step.weights.columns) > 1
    return Text(
        0,
        4,
        (*spans, Span(": each gate has its own columns", "soft", 12)) if many else tuple(spans),
    )


def _tell_colors(step: CellStep, signs: Signs) -> str:
    """Return how a column is to be read, and which value has the full colour."""
    units, drawn = (
        step.rec.units,
        [k for k in signs.limits if not (step.masked and k in ("gates", "sums"))],
    )
    text = f"full blue and red are {', '.join(f'±{signs.limits[k]:g} in {k}' for k in drawn)}"
    if step.unit is not None:
        return (
            text
            if step.masked
            else f"ringed: unit {step.unit}; its sums read all of h and x; {text}"
        )
    shown = f"{BANDS} of {units} units, " if units > BANDS else ""
    return f"{shown}unit 0 on top; {text}"
