"""One step of a cell as a Scene: the cell, what surrounds it, a heading, formulas and a legend."""

from __future__ import annotations

from unrolled.axes import say_count
from unrolled.cell_diagrams.formulas import (
    Formula,
    gate_formula,
    plain,
    state,
    width_of,
)
from unrolled.cell_diagrams.kinds import kind_of
from unrolled.cell_diagrams.legend import draw_legend
from unrolled.cell_diagrams.painter import ValuePainter
from unrolled.cell_diagrams.plans import Plan, plan_masked
from unrolled.cell_diagrams.sheet import draw_sheet
from unrolled.cell_diagrams.steps import CellStep
from unrolled.cell_diagrams.surroundings import (
    draw_input,
    draw_neighbors,
    draw_states,
)
from unrolled.cell_diagrams.words import which_units
from unrolled.scenes.fonts import shorten
from unrolled.scenes.scene import Scene
from unrolled.scenes.shapes import (
    Box,
    Shape,
    Span,
    Text,
    bounds_of,
    label,
    moved,
)
from unrolled.scenes.sizes import BOX

EDGE = 16.0  # around the picture
_LEAST = 640.0  # width of a picture, so that its words have room
_LINE = 21.0  # from one formula to the next
_SMALL = 12.5  # size of the second line of the heading
_SHEET_BELOW = 26.0  # from the formulas down to the line over the arithmetic
_LEGEND_BELOW = 22.0  # and to that over the legend
_HEADING_ABOVE = 24.0  # from the picture up to the heading


def lay_out_step(step: CellStep, *, numbers: bool) -> Scene:
    """Return the picture of one step. numbers: whether they are printed."""
    painter = ValuePainter(step, numbers=numbers)
    plan = (
        plan_masked(step, painter)
        if step.masked
        else kind_of(step).plan(step, painter)
    )
    shapes: list[Shape] = [_frame(step, plan), *draw_neighbors(step, plan)]
    shapes += [*plan.lines, *plan.front]
    shapes += draw_states(step, painter, plan)
    shapes += draw_input(step, painter, plan)
    left, _, right, _ = bounds_of(shapes)
    right = max(right, left + _LEAST)
    shapes += _formulas(step, plan)
    bottom = bounds_of(shapes)[3]
    if step.unit is not None and numbers and not step.masked:
        shapes += draw_sheet(step, left, bottom + _SHEET_BELOW, right)
        bottom = bounds_of(shapes)[3]
    shapes += draw_legend(step, painter, left, bottom + _LEGEND_BELOW, right)
    shapes += _heading(step, left, bounds_of(shapes)[1] - _HEADING_ABOVE, right)
    return _with_edge(shapes)


def _frame(step: CellStep, plan: Plan) -> Box:
    height = plan.bottom - plan.top
    return Box(
        0,
        plan.top,
        plan.right,
        height,
        "band",
        "units",
        radius=14,
        dashed=step.masked,
    )


def _with_edge(shapes: list[Shape]) -> Scene:
    """Return the scene, shifted so that it begins at the edge."""
    left, top, right, bottom = bounds_of(shapes)
    placed = [moved(shape, EDGE - left, EDGE - top) for shape in shapes]
    return Scene(right - left + 2 * EDGE, bottom - top + 2 * EDGE, placed)


def _heading(
    step: CellStep, left: float, bottom: float, right: float
) -> list[Shape]:
    """Return the layer as its user writes it, which step of it this is, and what else matters."""
    constructor, room = step.call.constructor, right - left
    title = shorten(constructor, room, 15, bold=True, mono=True)
    full = constructor if title != constructor else ""
    notes = _notes(step)
    y = bottom - 22 * len(notes)
    shapes: list[Shape] = [
        label(left, y - 25, title, "ink", 15, bold=True, mono=True, full=full),
        _which_step(step, left, y, room),
    ]
    for k, note in enumerate(notes):
        shapes.append(label(left, y + 22 * (k + 1), note, "soft", 12.5))
    return shapes


def _which_step(step: CellStep, left: float, y: float, room: float) -> Text:
    """Return the line that says which layer, timestep, sample and units are drawn."""
    features = say_count(len(step.x), "features")
    rest = [
        Span(
            f"t = {step.t} of {say_count(step.timesteps, 'timesteps')}",
            "timesteps",
            _SMALL,
        ),
        Span(
            f"sample {step.sample} of a batch of {len(step.call.h)}",
            "batch",
            _SMALL,
        ),
        Span(which_units(step), "units", _SMALL),
        Span(features, "features", _SMALL),
    ]
    between = Span("  ·  ", "soft", _SMALL)
    used = sum(span.width + between.width for span in rest)
    name = f"layer {step.call.path}"
    shown = Span(shorten(name, room - used, _SMALL), "soft", _SMALL)
    spans = [shown]
    for span in rest:
        spans += [between, span]
    return Text(left, y, tuple(spans), full="" if shown.text == name else name)


def _notes(step: CellStep) -> list[str]:
    notes = []
    if step.call.go_backwards:
        came = f"t = {step.earlier} came before"
        if step.earlier is None:
            came = f"t = {step.t} is the first step it reads"
        notes.append(
            f"This layer reads from the last timestep to the first: {came}."
        )
    if step.call.dropout and not step.masked:
        notes.append(
            "Dropout acted in this run: the gates read x and h after dropout."
        )
    return notes


def _formulas(step: CellStep, plan: Plan) -> list[Shape]:
    """Return the formulas of the cell, right of x: the gates', beside or under them the states'."""
    x, top = plan.feed[0] + BOX / 2 + 46, plan.bottom + 50
    if step.masked:
        return _lines(_unchanged(step, plan), x + 120, top)
    gates = [gate_formula(step, gate) for gate in step.weights.columns]
    states = kind_of(step).state_formulas(step)
    beside = x + max(map(width_of, gates)) + 44
    if states and beside + max(map(width_of, states)) < plan.right:
        return _lines(gates, x, top) + _lines(states, beside, top)
    return _lines(gates + states, x, top)


def _unchanged(step: CellStep, plan: Plan) -> list[Formula]:
    """Return the formulas of a masked step: each state is the one before."""
    return [
        [*state(step, name), *plain(" = "), *state(step, name, before=True)]
        for name in plan.states
    ]


def _lines(formulas: list[Formula], x: float, top: float) -> list[Shape]:
    return [
        Text(x, top + _LINE * k, tuple(formula))
        for k, formula in enumerate(formulas)
    ]
