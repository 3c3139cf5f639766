"""What stands around a cell: its neighbours in time, the states that come and go, x below."""

from __future__ import annotations

from unrolled.cell_diagrams.painter import ValuePainter, column_height
from unrolled.cell_diagrams.plans import Plan
from unrolled.cell_diagrams.steps import CellStep
from unrolled.cell_diagrams.symbols import draw_wire
from unrolled.cell_diagrams.words import start_text
from unrolled.scenes.glyphs import INSET, draw_chip
from unrolled.scenes.numerals import MOST
from unrolled.scenes.shapes import Box, Line, Shape, Span, Text, label
from unrolled.scenes.sizes import BOX, USUAL

_OUT = 66.0  # from the cell's side to the middle of a state's column: an arrow fits between
_HINT = (
    26.0  # width of what is seen of a neighbour: enough for its round corners
)
_GAP = (
    22.0  # from a state's column to the neighbour, or to what the state becomes
)
_X_BELOW = 34.0  # from the cell down to x
_NAME_BELOW = 16.0  # from a column down to its name


def draw_neighbors(step: CellStep, plan: Plan) -> list[Shape]:
    """Return the cell's timestep, and a hint of the cells before and after."""
    shapes: list[Shape] = [
        label(6, plan.top - 8, f"t = {step.t}", "timesteps", 13, bold=True)
    ]
    far = _OUT + BOX / 2 + _GAP
    if step.earlier is not None:
        shapes += _hint(plan, -far - _HINT)
        shapes.append(
            label(
                -far,
                plan.top - 8,
                f"t = {step.earlier}",
                "ghost",
                12,
                anchor="end",
            )
        )
    if step.later is not None:
        x = plan.right + far
        shapes += _hint(plan, x)
        shapes.append(
            label(
                x,
                plan.top - 8,
                f"t = {step.later}",
                "ghost",
                12,
                anchor="start",
            )
        )
    return shapes


def _hint(plan: Plan, x: float) -> list[Shape]:
    height = plan.bottom - plan.top
    return [
        Box(
            x,
            plan.top,
            _HINT,
            height,
            "sheet",
            "ghost",
            radius=8,
            weight=0.8,
            dashed=True,
        )
    ]


def draw_states(
    step: CellStep, painter: ValuePainter, plan: Plan
) -> list[Shape]:
    """Return the states at the left and at the right of the cell, each with its name and time."""
    shapes: list[Shape] = []
    for name, y in plan.states.items():
        shapes += _state(step, painter, plan, name, y)
    return shapes


def _state(
    step: CellStep, painter: ValuePainter, plan: Plan, name: str, y: float
) -> list[Shape]:
    whole = (
        name == "h" and not step.masked
    )  # the sums of one unit read all of h
    before, after = step.before[name], step.after[name]
    left, right = -_OUT, plan.right + _OUT
    height = column_height(before if whole else painter.cut(before))
    shapes = [
        draw_wire([(left + BOX / 2, y), (0, y)], name, head=False),
        draw_wire([(plan.right, y), (right - BOX / 2, y)], name),
        *painter.column(
            _when(name, step.earlier), before, left, y, name, name, whole=whole
        ),
        *painter.column(_when(name, step.t), after, right, y, name, name),
        *_ends(step, name, left - BOX / 2, right + BOX / 2, y),
        _name(name, step.earlier, left, y + height / 2 + _NAME_BELOW),
        _name(name, step.t, right, y + painter.height / 2 + _NAME_BELOW),
    ]
    if whole and step.unit is not None:
        shapes.append(painter.mark(left, y, len(before)))
    return shapes


def _ends(
    step: CellStep, name: str, left: float, right: float, y: float
) -> list[Shape]:
    """Return what joins a state to the neighbours, or what it starts from and becomes."""
    shapes: list[Shape] = [
        Line(((left - _GAP, y), (left, y)), "ghost"),
        Line(
            ((right, y), (right + _GAP, y)),
            "ghost",
            head=step.later is not None,
        ),
    ]
    if step.earlier is not None:
        shapes.append(_through(left - _GAP - _HINT, y))
    if step.later is not None:
        shapes.append(_through(right + _GAP, y))
    if step.earlier is None:
        shapes += draw_chip(_start_chip(step, name), left - _GAP, y, "end")
    if step.later is None:
        shapes += draw_chip(_end_chip(step), right + _GAP, y, "start")
    return shapes


def _through(x: float, y: float) -> Line:
    """Return the state's line across a hint of a neighbour."""
    return Line(((x, y), (x + _HINT, y)), "ghost", head=False, weight=1)


def _start_chip(step: CellStep, name: str) -> str:
    short = {"zeros": "0", "carried over": "carried"}
    return short.get(start_text(step, name), "given")


def _end_chip(step: CellStep) -> str:
    if step.call.stateful:
        return "kept"
    return "returned" if step.call.return_state else "end"


def _when(name: str, t: int | None) -> str:
    return f"initial {name}" if t is None else f"{name} at t = {t}"


def _name(name: str, t: int | None, x: float, y: float) -> Text:
    """Return the name of a state or of x, and its time."""
    role = "features" if name == "x" else name
    letter = Span(name, role, 13, bold=True, italic=True)
    if t is None:
        return Text(x, y, (Span("initial ", "soft", 12), letter), "middle")
    time = Span(f"t = {t}", "timesteps", 12)
    return Text(x, y, (letter, Span(" at ", "soft", 12), time), "middle")


def draw_input(
    step: CellStep, painter: ValuePainter, plan: Plan
) -> list[Shape]:
    """Return x under the cell, with an arrow up into it."""
    (x, y), top = plan.feed, plan.bottom + _X_BELOW
    height = column_height(step.x)
    middle = top + height / 2
    shapes = painter.column(
        _when("x", step.t), step.x, x, middle, "features", "x", whole=True
    )
    shapes.append(_name("x", step.t, x, top + height + _NAME_BELOW))
    if step.masked:
        line = ((x, top), (x, plan.bottom + 12))
        shapes.append(Line(line, "ghost", dashed=True, head=False))
        shapes.append(
            label(x + BOX / 2 + 10, middle + 4, "masked: not read", "soft", 12)
        )
    else:
        shapes.append(draw_wire([(x, top), (x, y)], "features", head=False))
    if len(step.x) <= MOST:
        shapes += _feature_names(len(step.x), x - BOX / 2 - 8, top + INSET)
    return shapes


def _feature_names(count: int, x: float, top: float) -> list[Shape]:
    """Return the number of each feature beside its square."""
    first = top + 13.5  # the baseline of a text in the middle of a square
    return [
        label(
            x,
            first + USUAL.square * k,
            f"feature {k}",
            "features",
            11.5,
            anchor="end",
        )
        for k in range(count)
    ]
