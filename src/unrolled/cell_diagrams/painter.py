"""Draws what has values: a column, a gate, an activation. Used by the plan of every cell."""

from __future__ import annotations

from collections.abc import Mapping

from unrolled.cell_diagrams.formulas import symbol
from unrolled.cell_diagrams.kinds import kind_of
from unrolled.cell_diagrams.steps import CellStep
from unrolled.scenes.fonts import shorten, text_width
from unrolled.scenes.glyphs import INSET, SMALL, STACK, draw_stack, stack_height
from unrolled.scenes.numerals import MOST, full_color, write_list
from unrolled.scenes.shapes import Box, Shape, Text, label
from unrolled.scenes.sizes import BOX, USUAL
from unrolled.traces.cells import Array

FOOT = 23.0  # of a gate, for its activation's name: a line of text with its padding
_NARROWEST = 84.0  # a gate's letter and its words fit over it
_WIDEST = 118.0  # past this four gates side by side would not fit a page
_THINNEST_MARK = 4.0  # of the ring around one unit of very many


class ValuePainter:
    """Draws values in columns: all units of a step or one, with a scale of colours for each kind.

    Attributes
    ----------
    step : CellStep
        The step that is drawn.
    numbers : bool
        Whether numbers are printed.
    limits : dict of str to float
        The value of the full colour: of x, each state, the gates and the candidate, or the sums.

    Examples
    --------
    >>> import keras, unrolled
    >>> layer = keras.layers.SimpleRNN(4, name="rnn")
    >>> call = unrolled.trace(keras.Sequential([keras.Input((5, 2)), layer]))["rnn"]
    >>> list(ValuePainter(CellStep(call, 2, 0, None), numbers=True).limits)
    ['x', 'h', 'sums']
    """

    def __init__(self, step: CellStep, *, numbers: bool) -> None:
        self.step, self.numbers = step, numbers
        self.limits = self._limits(
            {} if step.masked else kind_of(step).parts(step)
        )

    def _limits(self, parts: Mapping[str, Array]) -> dict[str, float]:
        step, like_state = self.step, kind_of(self.step).parts_like_state
        limits = {"x": full_color([step.x])}
        for name, before in step.before.items():
            shown = [
                step.after[name],
                *(parts[k] for k in like_state[name] if k in parts),
            ]
            limits[name] = full_color([before, *map(self.cut, shown)])
        if not step.has_gates:
            limits["sums"] = full_color(
                [self.cut(part) for part in parts.values()]
            )
            return limits
        candidate = step.facts.candidate
        gates = [gate for name, gate in step.gates.items() if name != candidate]
        gates += [parts["rest"]] if "rest" in parts else []
        limits["gates"] = full_color([self.cut(gate) for gate in gates])
        # a candidate of ±0.05 would be white beside gates of up to 1; that of one unit, which has
        # no other beside it, would always have the full colour: all units count
        limits["candidate"] = full_color([step.gates[candidate]])
        return limits

    def cut(self, values: Array) -> Array:
        """Return the values of the unit that is looked at."""
        if self.step.unit is None:
            return values
        return values[self.step.unit : self.step.unit + 1]

    @property
    def height(self) -> float:
        """The height of a column of what a unit has, all units or one."""
        return column_height(self.cut(self.step.before["h"]))

    @property
    def gate_width(self) -> float:
        """The width of a gate, from the longest name of an activation."""
        names = {
            *map(self.step.activation, self.step.weights.columns),
            self.step.output_activation,
        }
        longest = max(text_width(name, SMALL, mono=True) for name in names)
        return max(_NARROWEST, min(_WIDEST, longest + 16))

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
        """Return a column of values in its frame; whole: all of them, also with one unit shown."""
        shown = values if whole else self.cut(values)
        height, hatch = column_height(shown), scale == "x" and self.step.masked
        top = middle - height / 2
        title = f"{name} = {write_list(shown)}"
        frame = Box(
            x - BOX / 2,
            top,
            BOX,
            height,
            "ground",
            role,
            radius=6,
            weight=1.6,
            title=title,
        )
        return [frame, *self._stack(shown, x, top + INSET, scale, hatch=hatch)]

    def _stack(
        self,
        values: Array,
        x: float,
        top: float,
        scale: str,
        *,
        hatch: bool = False,
    ) -> list[Shape]:
        limit = self.limits[scale]
        return draw_stack(
            values,
            x,
            top,
            limit,
            MOST,
            step=None,
            numbers=self.numbers,
            hatch=hatch,
        )

    def mark(self, x: float, middle: float, count: int) -> Box:
        """Return a ring around the unit that is looked at, in a column that shows all."""
        unit, height = self.step.unit or 0, stack_height(count, MOST)
        ring = USUAL.square
        if count > MOST:
            ring = max(_THINNEST_MARK, height / count)
        top = middle - height / 2 + min(unit * height / count, height - ring)
        return Box(
            x - STACK / 2 - 1,
            top - 1,
            STACK + 2,
            ring + 1,
            None,
            "ink",
            radius=2,
            weight=2,
        )

    def gate(
        self, name: str, x: float, top: float, *, aside: bool = False
    ) -> list[Shape]:
        """Return a gate: its name above, its values, and under them the activation that made them.

        aside: whether the line out of it leaves at its side, not between its letter and its words.
        """
        step, words = self.step, self.step.facts.words[name]
        scale = "candidate" if name == step.facts.candidate else "gates"
        apart = (
            3 if aside else 8
        )  # the line needs room between letter and words
        values, activation = step.gates[name], step.activation(name)
        return [
            *self.activated(words, values, activation, x, top, scale=scale),
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
        """Return values with the activation that they come out of, its name under them or above."""
        width, shown = self.gate_width, self.cut(values)
        height = column_height(shown)
        text = shorten(activation, width - 10, SMALL, mono=True)
        full = "" if text == activation else activation
        title = f"{name} = {write_list(shown)}, after {activation}"
        left, tall = x - width / 2, height + FOOT
        foot, squares = top + height, top + INSET
        if above:
            foot, squares = top + 1, top + INSET + FOOT
        return [
            Box(
                left,
                top,
                width,
                tall,
                "ground",
                "units",
                radius=6,
                weight=1.6,
                title=title,
            ),
            Box(
                left + 3, foot + 2, width - 6, FOOT - 6, "sheet", None, radius=4
            ),
            *self._stack(shown, x, squares, scale),
            label(
                x,
                foot + 14,
                text,
                "ink",
                SMALL,
                anchor="middle",
                mono=True,
                full=full,
            ),
        ]


def column_height(values: Array) -> float:
    """Return the height of a column of values with its frame."""
    return stack_height(len(values), MOST) + 2 * INSET
