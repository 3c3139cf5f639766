"""One step of a cell as a Scene: the cell, what comes in from the left and below, what goes on to the right."""

from __future__ import annotations

from unrolled.cell_diagrams.arithmetic import draw_legend, draw_sheet
from unrolled.cell_diagrams.formulas import Formula, gate_formula, plain, state, state_formulas
from unrolled.cell_diagrams.gate_plans import plan_gru, plan_lstm
from unrolled.cell_diagrams.plans import Plan, plan_masked, plan_simple
from unrolled.cell_diagrams.signs import Signs, draw_wire, height_of
from unrolled.cell_diagrams.steps import CellStep
from unrolled.cell_diagrams.words import start_text, which_units
from unrolled.diagrams.layout.glyphs import draw_chip
from unrolled.diagrams.layout.grids import BOX
from unrolled.scenes.fonts import shorten
from unrolled.scenes.numerals import MOST
from unrolled.scenes.shapes import Box, Line, Scene, Shape, Span, Text, bounds_of, label, moved

EDGE = 16.0
_OUT = 66.0  # from the cell's side to the middle of a state's column
_HINT = 26.0  # width of what is seen of a neighbour
_LEAST = 640.0  # width of a picture, so that its words have room
_LINE = 21.0
_SMALL = 12.5
_PLANS = {"LSTM": plan_lstm, "GRU": plan_gru, "SimpleRNN": plan_simple}


def lay_out_step(step: CellStep, *, numbers: bool) -> Scene:
    """Return the picture of one step. numbers: whether they are printed."""
    signs = Signs(step, numbers=numbers)
    plan = plan_masked(step, signs) if step.masked else _PLANS[step.kind](step, signs)
    cell = Box(
        0,
        plan.top,
        plan.right,
        plan.bottom - plan.top,
        "band",
        "units",
        radius=14,
        dashed=step.masked,
    )
    shapes: list[Shape] = [cell, *_neighbours(step, plan), *plan.lines, *plan.front]
    shapes += _states(step, signs, plan)
    shapes += _input(step, signs, plan)
    left, _, right, _ = bounds_of(shapes)
    right = max(right, left + _LEAST)
    shapes += _formulas(step, plan)
    bottom = bounds_of(shapes)[3]
    if step.unit is not None and numbers and not step.masked:
        shapes += draw_sheet(step, left, bottom + 26, right)
        bottom = bounds_of(shapes)[3]
    shapes += draw_legend(step, signs, left, bottom + 22, right)
    shapes += _heading(step, left, bounds_of(shapes)[1] - 24, right)
    return _framed(shapes)


def _framed(shapes: list[Shape]) -> Scene:
    """Return the scene, shifted so that it begins at the edge."""
    left, top, right, bottom = bounds_of(shapes)
    placed = [moved(s, EDGE - left, EDGE - top) for s in shapes]
    return Scene(right - left + 2 * EDGE, bottom - top + 2 * EDGE, placed)


def _heading(step: CellStep, left: float, bottom: float, right: float) -> list[Shape]:
    """Return the layer as its user writes it, which step of it this is, and what else is to be known."""
    rec, room = step.rec, right - left
    title = shorten(rec.constructor, room, 15, bold=True, mono=True)
    full = rec.constructor if title != rec.constructor else ""
    notes = _notes(step)
    y = bottom - 22 * len(notes)
    return [
        label(left, y - 25, title, "ink", 15, bold=True, mono=True, full=full),
        _where(step, left, y, room),
        *(label(left, y + 22 * (k + 1), note, "soft", 12.5) for k, note in enumerate(notes)),
    ]


def _where(step: CellStep, left: float, y: float, room: float) -> Text:
    """Return the line that says which layer, timestep, sample and units are drawn."""
    parts = {
        "timesteps": f"t = {step.t} of {step.timesteps} timesteps",
        "batch": f"sample {step.sample} of a batch of {len(step.rec.h)}",
        "units": which_units(step),
        "features": f"{len(step.x)} feature{'s' * (len(step.x) > 1)}",
    }
    rest = [Span(text, role, _SMALL) for role, text in parts.items()]
    between = Span("  ·  ", "soft", _SMALL)
    used = sum(s.width + between.width for s in rest)
    name = f"layer {step.rec.path}"
    shown = Span(shorten(name, room - used, _SMALL), "soft", _SMALL)
    spans = [shown, *(span for part in rest for span in (between, part))]
    return Text(left, y, tuple(spans), full="" if shown.text == name else name)


def _notes(step: CellStep) -> list[str]:
    notes = []
    if step.rec.go_backwards:
        first = f"t = {step.t} is the first step it reads"
        came = first if step.earlier is None else f"t = {step.earlier} came before"
        notes.append(f"This layer reads from the last timestep to the first: {came}.")
    if step.rec.dropout and not step.masked:
        notes.append("Dropout acted in this run: the gates read x and h after dropout.")
    return notes


def _neighbours(step: CellStep, plan: Plan) -> list[Shape]:
    """Return a hint of the cells before and after, or where the states start and end."""
    shapes: list[Shape] = [label(6, plan.top - 8, f"t = {step.t}", "timesteps", 13, bold=True)]
    far = _OUT + BOX / 2 + 22
    for t, x, side in (
        (step.earlier, -far - _HINT, "end"),
        (step.later, plan.right + far, "start"),
    ):
        if t is None:
            continue
        tall = plan.bottom - plan.top
        shapes.append(
            Box(x, plan.top, _HINT, tall, "sheet", "ghost", radius=8, weight=0.8, dashed=True)
        )
        at = x + _HINT if side == "end" else x
        shapes.append(label(at, plan.top - 8, f"t = {t}", "ghost", 12, anchor=side))
    return shapes


def _states(step: CellStep, signs: Signs, plan: Plan) -> list[Shape]:
    """Return the states at the left and at the right of the cell, each with its name and time."""
    shapes: list[Shape] = []
    left, right = -_OUT, plan.right + _OUT
    for name, y in plan.states.items():
        whole = name == "h" and not step.masked  # the sums of one unit read all of h
        before, after = step.before[name], step.after[name]
        shapes += [
            draw_wire([(left + BOX / 2, y), (0, y)], name, head=False),
            draw_wire([(plan.right, y), (right - BOX / 2, y)], name),
            *signs.column(_when(name, step.earlier), before, left, y, name, name, whole=whole),
            *signs.column(_when(name, step.t), after, right, y, name, name),
            *_ends(step, name, left - BOX / 2, right + BOX / 2, y),
        ]
        tall = height_of(before if whole else signs.cut(before))
        shapes.append(_name(name, step.earlier, left, y + tall / 2 + 16))
        shapes.append(_name(name, step.t, right, y + signs.tall / 2 + 16))
        if whole and step.unit is not None:
            shapes.append(signs.mark(left, y, len(before)))
    return shapes


def _ends(step: CellStep, name: str, left: float, right: float, y: float) -> list[Shape]:
    """Return what joins the states to the neighbours; where there is none, what they start from or become."""
    rec, gap = step.rec, 22
    shapes: list[Shape] = [
        Line(((left - gap, y), (left, y)), "ghost"),
        Line(((right, y), (right + gap, y)), "ghost", head=step.later is not None),
    ]
    for t, x in ((step.earlier, left - gap - _HINT), (step.later, right + gap)):
        shapes += (
            [] if t is None else [Line(((x, y), (x + _HINT, y)), "ghost", head=False, weight=1)]
        )
    if step.earlier is None:
        text = {"zeros": "0", "carried over": "carried"}.get(start_text(step, name), "given")
        shapes += draw_chip(text, left - 22, y, "end")
    if step.later is None:
        text = "kept" if rec.stateful else "returned" if rec.return_state else "end"
        shapes += draw_chip(text, right + 22, y, "start")
    return shapes


def _when(name: str, t: int | None) -> str:
    return f"initial {name}" if t is None else f"{name} at t = {t}"


def _name(name: str, t: int | None, x: float, y: float) -> Text:
    """Return the name of a state or of x, and its time."""
    role = "features" if name == "x" else name
    own = Span(name, role, 13, bold=True, italic=True)
    if t is None:
        return Text(x, y, (Span("initial ", "soft", 12), own), "middle")
    return Text(x, y, (own, Span(" at ", "soft", 12), Span(f"t = {t}", "timesteps", 12)), "middle")


def _input(step: CellStep, signs: Signs, plan: Plan) -> list[Shape]:
    """Return x under the cell, with an arrow up into it."""
    x, y = plan.feed
    tall, top = height_of(step.x), plan.bottom + 34
    middle = top + tall / 2
    shapes = signs.column(_when("x", step.t), step.x, x, middle, "features", "x", whole=True)
    shapes.append(_name("x", step.t, x, top + tall + 16))
    if step.masked:
        shapes.append(Line(((x, top), (x, plan.bottom + 12)), "ghost", dashed=True, head=False))
        shapes.append(label(x + BOX / 2 + 10, middle + 4, "masked: not read", "soft", 12))
    else:
        shapes.append(draw_wire([(x, top), (x, y)], "features", head=False))
    if len(step.x) <= MOST:
        names = [f"feature {k}" for k in range(len(step.x))]
        at = x - BOX / 2 - 8
        shapes += [
            label(at, top + 18.5 + 19 * k, n, "features", 11.5, anchor="end")
            for k, n in enumerate(names)
        ]
    return shapes


def _formulas(step: CellStep, plan: Plan) -> list[Shape]:
    """Return the formulas of the cell, at the right of x: those of the gates, and beside or under them the states'."""
    x, top = plan.feed[0] + BOX / 2 + 46, plan.bottom + 50
    if step.masked:
        kept: list[Formula] = [
            [*state(step, name), *plain(" = "), *state(step, name, before=True)]
            for name in plan.states
        ]
        return _lines(kept, x + 120, top)
    gates, states = (
        [gate_formula(step, gate) for gate in step.weights.columns],
        state_formulas(step),
    )
    beside = x + max(sum(s.width for s in line) for line in gates) + 44
    if states and beside + max(sum(s.width for s in line) for line in states) < plan.right:
        return _lines(gates, x, top) + _lines(states, beside, top)
    return _lines(gates + states, x, top)


def _lines(formulas: list[Formula], x: float, top: float) -> list[Shape]:
    return [Text(x, top + _LINE * k, tuple(line)) for k, line in enumerate(formulas)]
