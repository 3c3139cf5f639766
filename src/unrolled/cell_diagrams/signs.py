"""The signs of a step: a column of values, a gate, an operator, a wire. Used by the plans of every cell."""

from __future__ import annotations

from collections.abc import Sequence

from unrolled.cell_diagrams.formulas import Formula, symbol
from unrolled.cell_diagrams.steps import CellStep
from unrolled.diagrams.layout.glyphs import INSET, SMALL, draw_stack, stack_height
from unrolled.diagrams.layout.grids import BOX
from unrolled.diagrams.layout.sizes import USUAL
from unrolled.scenes.fonts import shorten, text_width
from unrolled.scenes.numerals import MOST, full_color, write_list
from unrolled.scenes.shapes import Box, Line, Shape, Text, label
from unrolled.traces.cells import Array
from unrolled.traces.gate_weights import GATE_WORDS

RADIUS = 12.0  # of an operator
FOOT = 23.0  # of a gate, for its activation's name
WIRE = 2.2  # weight of a line that values move on
LOOSE = 26.0  # length of a short arrow
_NARROW, _WIDE = 84.0, 118.0  # of a gate
Point = tuple[float, float]


class Signs:
    """Draws what has values: all units of a step or one, with a scale of colours for each kind."""

    def __init__(self, step: CellStep, *, numbers: bool) -> None:
        self.step, self.numbers = step, numbers
        parts = {} if step.masked else step.parts
        self.limits = {"x": full_color([step.x])}
        for name, state in step.before.items():
            made = [parts[k] for k in _SHARES[step.kind, name] if k in parts]
            self.limits[name] = full_color([state, *map(self.cut, [step.after[name], *made])])
        if step.kind == "SimpleRNN":
            self.limits["sums"] = full_color([self.cut(p) for p in parts.values()])
        else:
            rest = [parts["rest"]] if "rest" in parts else []
            self.limits["gates"] = full_color([self.cut(g) for g in [*step.gates.values(), *rest]])

    def cut(self, values: Array) -> Array:
        """Return the values of the unit that is looked at."""
        return values if self.step.unit is None else values[self.step.unit : self.step.unit + 1]

    @property
    def tall(self) -> float:
        """The height of a column of what a unit has, all units or one."""
        return height_of(self.cut(self.step.before["h"]))

    @property
    def gate_width(self) -> float:
        """The width of a gate, from the longest name of an activation."""
        names = {*map(self.step.activation, self.step.weights.columns), self.step.output_activation}
        return max(_NARROW, min(_WIDE, max(text_width(n, SMALL, mono=True) for n in names) + 16))

    def column(
        self,
        name: str,
        values: Array,
        x: float,
        middle: float,
        role: str,
        scale: str,
        *,
        whole: bool = False,
    ) -> list[Shape]:
        """Return a column of values in its frame; whole: all of them, also where one unit is looked at."""
        shown = values if whole else self.cut(values)
        tall, hatch = height_of(shown), scale == "x" and self.step.masked
        top = middle - tall / 2
        title = f"{name} = {write_list(shown)}"
        frame = Box(x - BOX / 2, top, BOX, tall, "ground", role, radius=6, weight=1.6, title=title)
        return [frame, *self._stack(shown, x, top + INSET, scale, hatch=hatch)]

    def _stack(
        self, values: Array, x: float, top: float, scale: str, *, hatch: bool = False
    ) -> list[Shape]:
        limit = self.limits[scale]
        return draw_stack(values, x, top, limit, MOST, step=None, numbers=self.numbers, hatch=hatch)

    def mark(self, x: float, middle: float, count: int) -> Box:
        """Return a ring around the unit that is looked at, in a column that shows all."""
        many, unit = count > MOST, self.step.unit or 0
        tall = stack_height(count, MOST)
        high = max(4.0, tall / count) if many else USUAL.square
        top = middle - tall / 2 + min(unit * tall / count, tall - high)
        wide = BOX - 2 * INSET
        return Box(x - wide / 2 - 1, top - 1, wide + 2, high + 1, None, "ink", radius=2, weight=2)

    def gate(self, name: str, x: float, top: float, *, aside: bool = False) -> list[Shape]:
        """Return a gate: its name above, its values, and under them the activation that made them.

        aside: whether the line out of it leaves at its side, not between its letter and its words.
        """
        step, kind = self.step, self.step.rec.cell_class
        apart = 3 if aside else 8
        words = GATE_WORDS[kind][name]
        return [
            *self.activated(words, step.gates[name], step.activation(name), x, top, scale="gates"),
            Text(x - apart, top - 8, (symbol(step, name),), "end"),
            label(x + apart, top - 8, words, "soft", 12),
        ]

    def activated(
        self,
        name: str,
        values: Array,
        activation: str,
        x: float,
        top: float,
        *,
        scale: str,
        above: bool = False,
    ) -> list[Shape]:
        """Return values with the name of the activation that they come out of, under them or above."""
        wide, shown = self.gate_width, self.cut(values)
        tall = height_of(shown)
        text = shorten(activation, wide - 10, SMALL, mono=True)
        foot = top + 1 if above else top + tall
        squares = top + INSET + (FOOT if above else 0)
        title, full = (
            f"{name} = {write_list(shown)}, after {activation}",
            "" if text == activation else activation,
        )
        return [
            Box(
                x - wide / 2,
                top,
                wide,
                tall + FOOT,
                "ground",
                "units",
                radius=6,
                weight=1.6,
                title=title,
            ),
            Box(x - wide / 2 + 3, foot + 2, wide - 6, FOOT - 6, "sheet", None, radius=4),
            *self._stack(shown, x, squares, scale),
            label(x, foot + 14, text, "ink", SMALL, anchor="middle", mono=True, full=full),
        ]


#: which of a step's parts have the colours of which state
_SHARES = {
    ("LSTM", "h"): ("squashed",),
    ("LSTM", "c"): ("kept", "added"),
    ("GRU", "h"): ("kept", "added", "reset"),
    ("SimpleRNN", "h"): (),
}


def height_of(values: Array) -> float:
    """Return the height of a column of values with its frame."""
    return stack_height(len(values), MOST) + 2 * INSET


def draw_operator(sign: str, x: float, y: float) -> list[Shape]:
    """Return the sign of an elementwise operation, a dot or a plus in a circle."""
    ring = Box(
        x - RADIUS, y - RADIUS, 2 * RADIUS, 2 * RADIUS, "ground", "ink", radius=RADIUS, weight=1.8
    )
    if sign == "·":
        return [ring, Box(x - 3, y - 3, 6, 6, "ink", None, radius=3)]
    half = 6.5
    strokes = ((x - half, y), (x + half, y)), ((x, y - half), (x, y + half))
    return [ring, *(Line(points, "ink", head=False, weight=2) for points in strokes)]


def draw_wire(points: Sequence[Point], role: str, *, head: bool = True) -> Line:
    """Return a line that values move on."""
    return Line(tuple(points), role, head=head, weight=WIRE)


def draw_gap(x: float, y: float) -> Line:
    """Return what makes a line that runs across at this height go under the upright one painted next."""
    return Line(((x, y + 6), (x, y - 6)), "band", head=False, weight=9)


def draw_dot(x: float, y: float, role: str) -> Box:
    """Return the dot where a line forks."""
    return Box(x - 3.5, y - 3.5, 7, 7, role, None, radius=3.5)


def draw_pill(formula: Formula, x: float, y: float) -> list[Shape]:
    """Return a small box with a formula: something is computed here on the way."""
    wide = pill_width(formula)
    return [
        Box(x - wide / 2, y - RADIUS, wide, 2 * RADIUS, "ground", "units", radius=6, weight=1.6),
        Text(x, y + 4.5, tuple(formula), "middle"),
    ]


def pill_width(formula: Formula) -> float:
    """Return how wide a pill is."""
    return sum(span.width for span in formula) + 18


def write_above(formula: Formula, x: float, y: float) -> Text:
    """Return a small formula over something."""
    return Text(x, y - 7, tuple(formula), "middle")
