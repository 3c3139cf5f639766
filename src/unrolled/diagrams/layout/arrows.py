"""The arrows between rows: column by column, beside rows in between, gathered into one, spread from one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from unrolled.diagrams.layout.column_pairs import Pair, dropped, pair
from unrolled.diagrams.layout.grids import TAIL, Grid, Slot
from unrolled.diagrams.layout.places import Look, Place, end_of
from unrolled.diagrams.layout.state_arrows import state_end
from unrolled.diagrams.rows.rows import Link, attends_itself, attention_of
from unrolled.scenes.shapes import Line, Shape, label
from unrolled.scenes.sizes import BOX

LANE = 14.0  # from one lane at the side to the next one
OFFSETS = (
    BOX / 2 + 6,
    -BOX / 2 - 6,
    BOX / 2 + 11,
    -BOX / 2 - 11,
)  # of an arrow that passes beside boxes
PAST = BOX / 2 + 8  # of an arrow that passes a box that stands aside
FAINT = 0.02  # attention weights below are not drawn


class Edges:
    """Finds the way of each arrow. The lanes at the right of the columns are handed out in order."""

    def __init__(self, grid: Grid, places: Sequence[Place], look: Look) -> None:
        self._grid, self._order, self._sample, self._sizes = (
            grid,
            list(places),
            look.sample,
            look.sizes,
        )
        self._places: Mapping[int, Place] = {id(p.row): p for p in places}
        self._lanes = 0
        self._beside: list[tuple[float, float, int, float]] = []
        self._shapes = {id(p.row): self._into(p) for p in self._order}

    @property
    def right(self) -> float:
        """The right edge of all lanes."""
        return self._grid.right + TAIL + self._lanes * LANE

    def draw(self, place: Place) -> list[Shape]:
        """Return the arrows into a row, and the ghosts of the outputs it drops."""
        return self._shapes[id(place.row)]

    def sources(self, place: Place) -> list[Place]:
        """Return the places of the rows that a row reads."""
        return [self._places[id(r)] for r in place.row.below if r is not None]

    def reaches(self, place: Place, slot: Slot, batch: int) -> bool:
        """Tell whether an arrow comes straight up into a column."""
        return any(up.x == slot.x for p in self.sources(place) for up, _ in pair(p, place, batch))

    def _into(self, place: Place) -> list[Shape]:
        shapes = dropped(place)
        seen: set[tuple[int, int]] = set()
        itself = attends_itself(place.row)
        for number, link in enumerate(place.row.links):
            if link.row is None or (number != itself and (id(link.row), link.part) in seen):
                continue
            seen.add((id(link.row), link.part))
            if itself and number == 1:
                shapes += self._attend(place, self._places[id(link.row)])
            else:
                shapes += self._link(place, link)
        for mask in place.row.masks:
            shapes += self._link(place, Link(mask), "soft", dashed=True)
        for number, link in enumerate(place.row.starts):
            if link.row is not None and link.row.aside:
                shapes += self._start(place, self._places[id(link.row)], number)
        return shapes

    def _link(
        self, place: Place, link: Link, role: str = "", *, dashed: bool = False
    ) -> list[Shape]:
        """Return the arrows from one row to another."""
        assert link.row is not None
        source = self._places[id(link.row)]
        if link.is_state:
            return self._from_state(source, place, link.part - 1)
        role = role or ("targets" if place.row.kind == "labels" else _role(source))
        if source.row.segment != place.row.segment:
            return self._passage(source, place)
        shapes: list[Shape] = []
        for batch in range(len(place.row.calls)):
            pairs = pair(source, place, batch)
            blocked = [self._is_blocked(source, place, a, b) for a, b in pairs]
            beside = [a.x for (a, _), stands in zip(pairs, blocked, strict=True) if stands]
            offset = self._offset(source, place, beside) if beside else 0.0
            if beside and not offset:
                shapes += self._lane(source, place, pairs)
                continue
            for (a, b), stands in zip(pairs, blocked, strict=True):
                points = (
                    _beside(source, place, a, b, offset)
                    if stands
                    else _straight(source, place, a, b)
                )
                labels = place.row.kind == "labels"
                step = (
                    (batch, b.t) if b.t is not None and a.t == b.t and place.row.timesteps else None
                )
                shapes.append(
                    Line(points, role, head=not labels, dashed=labels or dashed, step=step)
                )
        return shapes

    def _is_blocked(self, source: Place, place: Place, a: Slot, b: Slot) -> bool:
        """Tell whether a row in between has a box in the way up from a column."""
        return any(
            place.bottom < p.middle < source.top and p.covers(a.x if a.x == b.x else (a.x, b.x))
            for p in self._order
            if p is not source and p is not place
        )

    def _offset(self, source: Place, place: Place, columns: Sequence[float]) -> float:
        """Return how far beside the columns the arrows go; 0 where no room is left. Two ways never run together."""
        low, high, segment = place.bottom, source.top, place.row.segment
        taken = {x for a, b, s, x in self._beside if s == segment and a < high and low < b}
        between = [
            p for p in self._order if high > p.bottom and low < p.top and p.row.kind == "plain"
        ]
        free = [
            x
            for x in OFFSETS
            if x not in taken and not any(p.covers(c + x) for p in between for c in columns)
        ]
        if free:
            self._beside.append((low, high, segment, free[0]))
        return free[0] if free else 0.0

    def _lane(self, source: Place, place: Place, pairs: Sequence[Pair]) -> list[Shape]:
        """Return a way around everything, at the right of the columns: gathered from them, spread over them."""
        self._lanes += 1
        x, role = self._grid.right + TAIL - 8 + self._lanes * LANE, _role(source)
        shift = self._sizes.spread * (self._lanes % 3)
        over, under = source.top - self._sizes.stem - shift, place.bottom + place.foot + 12 + shift
        ups, downs = sorted({a.x for a, _ in pairs}), sorted({b.x for _, b in pairs})
        way = ((ups[0], over), (x, over), (x, under), (downs[0] - 4 - shift, under))
        stems = [Line(((up, source.top - 2), (up, over)), role, head=False) for up in ups]
        ends = [(down - 4 - shift, under) for down in downs]
        heads = [Line((end, (end[0], place.bottom + place.foot + 3)), role) for end in ends]
        return [Line(way, role, head=False), *stems, *heads]

    def _passage(self, source: Place, place: Place) -> list[Shape]:
        """Return the way from a row of the encoder, between the segments, to a row of the decoder."""
        self._lanes += 1
        x = self._grid.passage + 2 * (self._lanes % 3)
        ups = (
            [s.x for s in source.columns[-1] if not s.hidden]
            if source.row.returns_steps
            else [end_of(source, -1).x]
        )
        y1, y2 = (
            source.top - self._sizes.stem - self._sizes.spread * (self._lanes % 3),
            place.bottom - 6,
        )
        way = (
            (ups[0], source.top - 2),
            (ups[0], y1),
            (x, y1),
            (x, y2),
            (place.columns[-1][0].x - BOX / 2 - 3, y2),
        )
        stems = [
            Line(((up, source.top - 2), (up, y1)), _role(source), head=False) for up in ups[1:]
        ]
        return [Line(way, _role(source)), *stems]

    def _from_state(self, source: Place, place: Place, number: int) -> list[Shape]:
        """Return the way of a final state from the chip at its end to the row that reads it."""
        self._lanes += 1
        name, x, y = state_end(source, number)
        backwards = x < source.columns[-1][0].x
        over = (
            x - 8 - 4 * (self._lanes % 4)
            if backwards
            else self._grid.over(source.row.segment, self._lanes)
        )
        target = place.columns[-1][-1].x
        below = place.bottom + place.foot + 14 + (self._sizes.spread + 1) * (self._lanes % 4)
        end = target + 6 * (self._lanes % 3) - 6
        points = (
            (x, y),
            (over, y),
            (over, below),
            (end, below),
            (end, place.bottom + place.foot + 3),
        )
        return [Line(points, name if name in ("h", "c") else "line", weight=1.8)]

    def _start(self, place: Place, source: Place, number: int) -> list[Shape]:
        """Return the way of a vector that stands aside into the first cell of a row."""
        name, _, y = state_end(place, number)
        x = source.columns[0][0].x + 10 * (number - (len(place.row.starts) - 1) / 2)
        stands = any(
            p.row.aside and place.bottom < p.middle < source.top and p.covers(x)
            for p in self._order
            if p is not source
        )
        up, past = (x, source.top - 2), source.columns[0][0].x - PAST - 5 * number
        way = (
            (up, (x, source.top - 8), (past, source.top - 14), (past, y))
            if stands
            else (up, (x, y))
        )
        edge, role = place.columns[0][0].x - BOX / 2, name if name in ("h", "c") else "line"
        text = label(edge - 14, y - 4.5, name, role, 12, anchor="middle", italic=True)
        return [Line((*way, (edge, y)), role, weight=1.8), text]

    def _attend(self, place: Place, source: Place) -> list[Shape]:
        """Return a line from each value step to each query step, as thick as its weight."""
        weights = attention_of(place.row, 0, self._sample)
        ups = [s for s in source.columns[0] if s.t is not None]
        downs = [s for s in place.columns[0] if s.t is not None]
        top = source.top - (source.padding or 2)
        return [
            Line(
                ((a.x, top), (b.x, place.bottom + place.foot + 2)),
                "line",
                head=False,
                weight=0.4 + 3 * float(weights[b.t, a.t]),
            )
            for a in ups
            for b in downs
            if a.t is not None
            and b.t is not None
            and np.isfinite(weights[b.t, a.t])
            and weights[b.t, a.t] > FAINT
        ]


def _straight(source: Place, place: Place, a: Slot, b: Slot) -> tuple[tuple[float, float], ...]:
    return (a.x, source.top - 2), (b.x, place.bottom + place.foot + 3)


def _beside(
    source: Place, place: Place, a: Slot, b: Slot, offset: float
) -> tuple[tuple[float, float], ...]:
    """Return the points of an arrow that passes beside the boxes over a column."""
    side = 10.0 if offset > 0 else -10.0
    x, top, bottom = a.x + offset, source.top - 2, place.bottom + place.foot + 3
    start = ((a.x + side, top), (a.x + side, top - 7), (x, top - 14))
    if a.x != b.x:
        return (*start, (x, bottom + 24), (b.x + side, bottom))
    return (*start, (x, bottom + 17), (b.x + side, bottom + 10), (b.x + side, bottom))


def _role(source: Place) -> str:
    return "features" if source.row.kind == "input" else "units"
