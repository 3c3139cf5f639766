"""The ways of arrows from row to row: straight, beside boxes, gathered in a bar, or in a lane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from unrolled.diagrams.layout.column_pairs import Pair
from unrolled.diagrams.layout.grids import drawn
from unrolled.diagrams.layout.placed_rows import PlacedRow
from unrolled.diagrams.rows.rows import InputRow, StepsRow
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
class Bundle:
    """Arrows between the columns of two rows, all of one style; pairs: which to which."""

    source: PlacedRow
    place: PlacedRow
    pairs: Sequence[Pair]
    batch: int
    role: str
    head: bool
    dashed: bool

    @property
    def start(self) -> float:
        """The y where arrows begin."""
        return self.source.top - OUT

    @property
    def end(self) -> float:
        """The y where arrows end."""
        return self.place.bottom + self.place.foot + INTO

    @property
    def ups(self) -> list[float]:
        """The x of the columns that give, from left to right."""
        return sorted({up.x for up, _ in self.pairs})

    @property
    def downs(self) -> list[float]:
        """The x of the columns that read, from left to right."""
        return sorted({down.x for _, down in self.pairs})

    @property
    def joins_all(self) -> bool:
        """Whether several columns all go to several columns."""
        ups, downs = len(self.ups), len(self.downs)
        return min(ups, downs) > 1 and len(self.pairs) == ups * downs

    def step(self, pair: Pair) -> Step | None:
        """Return the step that an arrow belongs to: one that goes from a step to the same step."""
        up, down = pair
        if down.t is None or up.t != down.t or not self.place.row.timesteps:
            return None
        return self.batch, down.t


def draw_one(bundle: Bundle, pair: Pair, points: Sequence[Point]) -> Line:
    """Return one arrow of a bundle through some points."""
    return Line(
        tuple(points),
        bundle.role,
        head=bundle.head,
        dashed=bundle.dashed,
        step=bundle.step(pair),
    )


def draw_straight(bundle: Bundle, pair: Pair) -> Line:
    """Return an arrow straight from column to column."""
    up, down = pair
    return draw_one(bundle, pair, ((up.x, bundle.start), (down.x, bundle.end)))


def draw_beside(bundle: Bundle, pair: Pair, offset: float) -> Line:
    """Return an arrow that passes beside the boxes over a column."""
    up, down = pair
    side = SIDE if offset > 0 else -SIDE
    left, x, back = up.x + side, up.x + offset, down.x + side
    top, bottom = bundle.start, bundle.end
    turn = SLANT if up.x == down.x else NEAR
    points = (
        (left, top),
        (left, top - LEAVE),
        (x, top - TURN),
        (x, bottom + turn),
        (back, bottom + BACK),
        (back, bottom),
    )
    return draw_one(bundle, pair, points)


def draw_bar(bundle: Bundle, stem: float) -> list[Shape]:
    """Return a bar between two rows: it gathers all steps below, all above come from it."""
    y = bundle.source.top - bundle.source.padding - stem
    xs = sorted([*bundle.ups, *bundle.downs])
    trunk = (xs[0], y), (xs[-1], y)
    return [
        Line(trunk, bundle.role, head=False, dashed=bundle.dashed),
        *_branches(bundle, y, y, 0.0),
    ]


def draw_lane(
    bundle: Bundle, x: float, number: int, sizes: Sizes
) -> list[Shape]:
    """Return a way around everything, at the right: gathered from columns, spread to them."""
    shift = sizes.spread * (number % SHIFTS)
    over = bundle.source.top - sizes.stem - shift
    under = bundle.place.bottom + bundle.place.foot + UNDER + shift
    last = bundle.downs[0] - HEAD - shift
    trunk = (bundle.ups[0], over), (x, over), (x, under), (last, under)
    return [
        Line(trunk, bundle.role, head=False, dashed=bundle.dashed),
        *_branches(bundle, over, under, HEAD + shift),
    ]


def _branches(
    bundle: Bundle, over: float, under: float, left: float
) -> list[Shape]:
    """Return what joins a trunk with its columns; arrows go up so far left of their columns."""
    role, dashed = bundle.role, bundle.dashed
    shapes: list[Shape] = []
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
    for column in others:
        stem = (column.x, start), (column.x, over)
        shapes.append(Line(stem, role, head=False))
    return shapes


def draw_attention(source: PlacedRow, place: PlacedRow) -> list[Shape]:
    """Return a line from each value step to each query step, as thick as its weight."""
    assert isinstance(place.row, StepsRow)
    top = source.top - (source.padding or OUT)
    bottom = place.bottom + place.foot + OUT
    shapes: list[Shape] = []
    for batch, weights in enumerate(place.row.attention):
        assert weights is not None
        ups, downs = drawn(source.columns[batch]), drawn(place.columns[batch])
        for up, down in product(ups, downs):
            weight = float(weights[down.t or 0, up.t or 0])
            if FAINT < weight < np.inf:
                ends = (up.x, top), (down.x, bottom)
                thick = 0.4 + 3 * weight
                shapes.append(Line(ends, "line", head=False, weight=thick))
    return shapes


def role_of(source: PlacedRow) -> str:
    """Return the colour of arrows out of a row."""
    return "features" if isinstance(source.row, InputRow) else "units"
