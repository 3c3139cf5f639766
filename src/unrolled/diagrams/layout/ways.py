"""The ways of arrows from row to row: straight, beside boxes, gathered in a bar, or in a lane."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from unrolled.diagrams.layout.column_pairs import Pair
from unrolled.diagrams.layout.grids import drawn
from unrolled.diagrams.layout.placed_rows import PlacedRow
from unrolled.diagrams.rows.parts import Array
from unrolled.diagrams.rows.rows import InputRow
from unrolled.scenes.shapes import Line, Shape, Step
from unrolled.scenes.sizes import BOX, Sizes

Point = tuple[float, float]

FAINT = 0.02  # attention weights below are not drawn
OUT = 2.0  # an arrow begins so far above a box
# and ends so far below one, so that its head does not touch the frame
INTO = 3.0
SIDE = 10.0  # a way beside boxes leaves its column so far from the middle
# it goes up for 7 pixels and stands beside the boxes after 14
LEAVE, TURN = 7.0, 14.0
# before its end it turns back, earlier where it changes columns, and goes up for 10 pixels
NEAR, SLANT, BACK = 24.0, 17.0, 10.0
UNDER = 12.0  # a lane arrives so far below a row
HEAD = 4.0  # heads of lanes stand beside those of straight arrows
SHIFTS = 3  # lanes one after the other are shifted, so that none lies on the one before


@dataclass(frozen=True)
class Style:
    """How arrows look: their colour, whether they have a head, whether they are dashed."""

    role: str
    head: bool = True
    dashed: bool = False


@dataclass(frozen=True)
class Bundle:
    """Arrows between the columns of two rows, all of one style; pairs: which to which."""

    source: PlacedRow
    place: PlacedRow
    pairs: Sequence[Pair]
    batch: int
    style: Style

    @property
    def start(self) -> float:
        """The y where arrows begin."""
        return self.source.top - OUT

    @property
    def end(self) -> float:
        """The y where arrows end."""
        return self.place.bottom + self.place.foot + INTO

    @property
    def xs(self) -> NDArray[np.float64]:
        """The x where each arrow begins and where it ends: shape (arrows, 2)."""
        xs = [(up.x, down.x) for up, down in self.pairs]
        return np.reshape(xs, (-1, 2))

    @property
    def ups(self) -> list[float]:
        """The x of the columns that give, from left to right."""
        ups: list[float] = np.unique(self.xs[:, 0]).tolist()
        return ups

    @property
    def downs(self) -> list[float]:
        """The x of the columns that read, from left to right."""
        downs: list[float] = np.unique(self.xs[:, 1]).tolist()
        return downs

    @property
    def joins_all(self) -> bool:
        """Whether several columns all go to several columns."""
        ups = len(self.ups)
        downs = len(self.downs)
        is_complete = len(self.pairs) == ups * downs
        return is_complete and min(ups, downs) > 1

    def step(self, pair: Pair) -> Step | None:
        """Return the step that an arrow belongs to: one that goes from a step to the same step."""
        up, down = pair
        if down.t is None or up.t != down.t:
            # into another step, or of no step at all
            return None
        if not self.place.row.timesteps:
            # a row without time stands in a column of its source
            return None
        return self.batch, down.t


def draw_arrow(bundle: Bundle, pair: Pair, offset: float) -> Line:
    """Return one arrow: straight, or so far beside the boxes over its column."""
    up, down = pair
    style = bundle.style
    top = bundle.start
    bottom = bundle.end
    points: tuple[Point, ...] = ((up.x, top), (down.x, bottom))
    if offset:
        points = _way_beside(up.x, down.x, top, bottom, offset)
    return Line(
        points,
        style.role,
        head=style.head,
        dashed=style.dashed,
        step=bundle.step(pair),
    )


def _way_beside(
    x1: float, x2: float, top: float, bottom: float, offset: float
) -> tuple[Point, ...]:
    """Return the points of an arrow that passes beside the boxes over its column."""
    side = math.copysign(SIDE, offset)
    left = x1 + side
    x = x1 + offset
    back = x2 + side
    turn = NEAR
    if x1 == x2:
        # the way back to its own column is short
        turn = SLANT
    return (
        (left, top),
        (left, top - LEAVE),
        (x, top - TURN),
        (x, bottom + turn),
        (back, bottom + BACK),
        (back, bottom),
    )


def draw_bar(bundle: Bundle, stem: float) -> list[Shape]:
    """Return a bar between two rows: it gathers all steps below, all above come from it."""
    y = bundle.source.top - bundle.source.padding - stem
    # of two rows of other lengths the bar reaches as far as the longer one
    xs = [*bundle.ups, *bundle.downs]
    trunk = (min(xs), y), (max(xs), y)
    return _draw_trunk(bundle, trunk, 0.0)


def draw_lane(
    bundle: Bundle, x: float, number: int, sizes: Sizes
) -> list[Shape]:
    """Return a way around everything, at the right: gathered from columns, spread to them."""
    shift = sizes.spread * (number % SHIFTS)
    over = bundle.source.top - sizes.stem - shift
    under = bundle.place.bottom + bundle.place.foot + UNDER + shift
    last = bundle.downs[0] - HEAD - shift
    # over the row that gives, around everything, under the row that reads
    trunk = (bundle.ups[0], over), (x, over), (x, under), (last, under)
    return _draw_trunk(bundle, trunk, HEAD + shift)


def _draw_trunk(
    bundle: Bundle, trunk: tuple[Point, ...], left: float
) -> list[Shape]:
    """Return a trunk and what joins it; arrows go up so far left of their columns."""
    role = bundle.style.role
    dashed = bundle.style.dashed
    (_, over), (_, under) = trunk[0], trunk[-1]
    shapes: list[Shape] = [Line(trunk, role, head=False, dashed=dashed)]
    for x in bundle.ups:
        stem = (x, bundle.start), (x, over)
        shapes.append(Line(stem, role, head=False, dashed=dashed))
    for down in bundle.downs:
        x = down - left
        tip = (x, under), (x, bundle.end)
        shapes.append(Line(tip, role, dashed=dashed))
    return shapes


def draw_passage(
    source: PlacedRow, place: PlacedRow, x: float, number: int, sizes: Sizes
) -> list[Shape]:
    """Return the way from a row of the encoder, between the segments, to one of the decoder."""
    role = role_of(source)
    shift = number % SHIFTS
    x += 2 * shift
    start = source.top - OUT
    over = source.top - sizes.stem - sizes.spread * shift
    under = place.bottom - 6
    # it enters the first box of the decoder's row from the left
    edge = place.columns[-1][0].x - BOX / 2 - INTO
    first, *others = drawn(source.outputs(-1))
    way = (
        (first.x, start),
        (first.x, over),
        (x, over),
        (x, under),
        (edge, under),
    )
    shapes: list[Shape] = [Line(way, role)]
    # the other columns join the way over their row
    for column in others:
        stem = (column.x, start), (column.x, over)
        shapes.append(Line(stem, role, head=False))
    return shapes


def draw_attention(
    source: PlacedRow, place: PlacedRow, attention: Sequence[Array]
) -> list[Shape]:
    """Return a line from each value step to each query step, as thick as its weight.

    attention: for each batch the weights, shape (query timesteps, value timesteps).
    """
    # it begins at the band of recurrent cells, not at their boxes
    top = source.top - max(source.padding, OUT)
    bottom = place.bottom + place.foot + OUT
    shapes: list[Shape] = []
    for batch, weights in enumerate(attention):
        ups = drawn(source.columns[batch])
        downs = drawn(place.columns[batch])
        for up, down in product(ups, downs):
            weight = float(weights[down.index, up.index])
            # a weight that is not a number has no thickness
            if FAINT < weight < np.inf:
                ends = (up.x, top), (down.x, bottom)
                thick = 0.4 + 3 * weight
                line = Line(ends, "line", head=False, weight=thick)
                shapes.append(line)
    return shapes


def role_of(source: PlacedRow) -> str:
    """Return the colour of arrows out of a row."""
    if isinstance(source.row, InputRow):
        return "features"
    return "units"
