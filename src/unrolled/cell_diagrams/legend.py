"""What stands under a step: what its symbols, letters and colours mean."""

from __future__ import annotations

from unrolled.cell_diagrams.formulas import Formula, plain, weight
from unrolled.cell_diagrams.painter import ValuePainter
from unrolled.cell_diagrams.steps import CellStep
from unrolled.cell_diagrams.symbols import RADIUS, draw_operator, draw_wire
from unrolled.scenes.glyphs import BANDS
from unrolled.scenes.shapes import (
    Line,
    Shape,
    Span,
    Text,
    bounds_of,
    label,
    moved,
)

_APART = 24.0  # between two entries: more than between the words of one
_ROW = 26.0  # from one line of entries to the next: the height of an operator


def draw_legend(
    step: CellStep, painter: ValuePainter, left: float, top: float, right: float
) -> list[Shape]:
    """Return the legend, in as many lines as it needs."""
    shapes: list[Shape] = [
        Line(((left, top), (right, top)), "hatch", head=False, weight=1)
    ]
    x, y = left, top + 24
    for item in _items(step, painter):
        end = bounds_of(item)[2]
        if x > left and x + end > right:
            x, y = left, y + _ROW
        shapes += [moved(shape, x, y) for shape in item]
        x += end + _APART
    return shapes


def _items(step: CellStep, painter: ValuePainter) -> list[list[Shape]]:
    """Return the entries of the legend, each beginning at x = 0 around y = 0."""
    items = [_line_item(name, f"state {name}") for name in step.after]
    if not step.masked:
        items.append(_line_item("features", "features"))
        if step.has_gates:
            items += [
                _line_item("line", "gates"),
                _operator_item("·", "⊙ multiply"),
            ]
        items += [_operator_item("+", "⊕ add"), [_weight_letters(step)]]
    return [*items, [label(0, 4, _colors_text(step, painter), "soft", 12)]]


def _line_item(role: str, words: str) -> list[Shape]:
    text_role = "soft" if role == "line" else role
    return [
        draw_wire([(0, 0), (28, 0)], role),
        label(35, 4, words, text_role, 12),
    ]


def _operator_item(sign: str, words: str) -> list[Shape]:
    text = label(2 * RADIUS + 6, 4, f"{words}, unit by unit", "soft", 12)
    return [*draw_operator(sign, RADIUS, 0), text]


def _weight_letters(step: CellStep) -> Text:
    """Return what the letters of the weights stand for."""
    words = {"W": "kernel", "U": "recurrent_kernel"}
    if step.has_bias and step.resets_after:
        words |= {"b": "bias[0]", "b'": "bias[1]"}
    elif step.has_bias:
        words |= {"b": "bias"}
    spans: Formula = []
    for letter, word in words.items():
        spans += plain(", ") if spans else []
        spans += [weight(step, letter, "")[0], Span(f" {word}", "soft", 12)]
    if step.has_gates:
        spans.append(Span(": each gate has its own columns", "soft", 12))
    return Text(0, 4, tuple(spans))


def _colors_text(step: CellStep, painter: ValuePainter) -> str:
    """Return how a column is read, and which value has the full colour."""
    text = f"full cyan and ochre are {_limits_text(step, painter.limits)}"
    if step.unit is not None and step.masked:
        return text
    if step.unit is not None:
        return f"ringed: unit {step.unit}; its sums read all of h and x; {text}"
    units = step.call.units
    shown = f"{BANDS} of {units} units, " if units > BANDS else ""
    return f"{shown}unit 0 on top; {text}"


def _limits_text(step: CellStep, limits: dict[str, float]) -> str:
    shown = {
        name: limit
        for name, limit in limits.items()
        if name in ("x", *step.before)
    }
    if not step.masked:
        shown = dict(limits)
    if shown.get("candidate") == shown.get("gates"):
        shown.pop("candidate", None)  # a gate like the others
    return ", ".join(f"±{limit:g} in {name}" for name, limit in shown.items())
