"""The arrows between rows: column by column, gathered into one, spread from one, or around rows in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unrolled.grids import BOX, TAIL, Grid, Slot
from unrolled.places import Place, end_of
from unrolled.scenes import Line, Shape

LANE = 14.0  # from one lane at the side to the next one


class Edges:
    """Finds the way of each arrow; the lanes at the right of the columns are handed out in order."""

    def __init__(self, grid: Grid, places: Mapping[int, Place]) -> None:
        self._grid, self._places = grid, places
        self._order = list(places.values())
        self._lanes = 0

    @property
    def right(self) -> float:
        """The right edge of all lanes."""
        return self._grid.right + TAIL + sum(len(self._far(p)) for p in self._order) * LANE

    def draw(self, place: Place) -> list[Shape]:
        """Return the arrows into a row."""
        far = self._far(place)
        shapes: list[Shape] = []
        for source in self.sources(place):
            if source in far:
                shapes.append(self._lane(source, place))
                continue
            for batch in range(len(place.row.calls)):
                shapes += _arrows(source, place, batch)
        return shapes

    def sources(self, place: Place) -> list[Place]:
        """Return the places of the rows that a row reads."""
        return [self._places[id(r)] for r in place.row.below if r is not None]

    def reaches(self, place: Place, slot: Slot, batch: int) -> bool:
        """Tell whether an arrow comes straight up into a column."""
        return any(up.x == slot.x for p in self.sources(place) for up, _ in _pairs(p, place, batch))

    def _far(self, place: Place) -> list[Place]:
        """Return the rows that this one reads past others in between, or for the second time."""
        here, sources = self._order.index(place), self.sources(place)
        return [
            s
            for k, s in enumerate(sources)
            if s in sources[:k] or s.row.segment != place.row.segment or any(map(_stands, self._between(s, here)))
        ]

    def _between(self, source: Place, here: int) -> list[Place]:
        places = self._order[self._order.index(source) + 1 : here]
        return [p for p in places if p.row.segment == source.row.segment]

    def _lane(self, source: Place, place: Place) -> Line:
        self._lanes += 1
        if source.row.segment < place.row.segment:
            return self._passage(source, place)
        x = self._grid.right + TAIL - 8 + self._lanes * LANE
        start, end = end_of(source, -1), end_of(place, -1)
        y1, y2 = source.top - 12 - 3 * (self._lanes % 3), place.bottom - 6
        points = ((start.x, source.top - 2), (start.x, y1), (x, y1), (x, y2), (end.x + BOX / 2 + 3, y2))
        return Line(points, _role(source))

    def _passage(self, source: Place, place: Place) -> Line:
        """Return the way from a row of the encoder, between the segments, to a row of the decoder."""
        x = self._grid.passage + 5 * (self._lanes % 5) - 10
        start, end = end_of(source, -1), place.columns[-1][0]
        y1, y2 = source.top - 12 - 3 * (self._lanes % 3), place.bottom - 6
        points = ((start.x, source.top - 2), (start.x, y1), (x, y1), (x, y2), (end.x - BOX / 2 - 3, y2))
        return Line(points, _role(source))


def _stands(place: Place) -> bool:
    """Tell whether a row stands in the way: labels only read what is right under them."""
    return place.row.kind != "labels"


def _arrows(source: Place, place: Place, batch: int) -> list[Shape]:
    compare = place.row.kind == "labels"
    top, bottom = source.top - 2, place.bottom + place.foot + 3
    arrows: list[Shape] = [
        Line(
            ((a.x, top), (b.x, bottom)),
            "targets" if compare else _role(source),
            head=not compare,
            dashed=compare,
            step=None if b.t is None or a.t != b.t or not place.row.timesteps else (batch, b.t),
        )
        for a, b in _pairs(source, place, batch)
    ]
    return arrows + _dropped(source, batch)


def _role(source: Place) -> str:
    return "features" if source.row.kind == "input" else "units"


def _pairs(source: Place, place: Place, batch: int) -> list[tuple[Slot, Slot]]:
    """Return the columns to join by arrows."""
    ups, downs = source.columns[batch], place.columns[batch]
    labels = place.row.kind == "labels"
    new_time = source.row.returns_steps and place.row.timesteps and source.row.timesteps != place.row.timesteps
    if "plain" in (source.row.kind, place.row.kind) or (new_time and not labels):
        return [(Slot(source.center(batch), None), Slot(place.center(batch), None))]
    if not source.row.returns_steps:
        ups = [end_of(source, batch)]
    ups, downs = _drawn(ups), _drawn(downs)
    if labels:
        return [(u, d) for u in ups for d in downs if u.x == d.x]
    if len(ups) == len(downs):
        return list(zip(ups, downs, strict=True))
    return [(u, downs[0]) for u in ups] if len(downs) == 1 else [(ups[-1], d) for d in downs]


def _drawn(slots: Sequence[Slot]) -> list[Slot]:
    return [s for s in slots if not s.hidden]


def _dropped(source: Place, batch: int) -> list[Shape]:
    """Return the outputs that a layer computes and drops, as ghosts."""
    if source.row.kind != "recurrent" or source.row.returns_steps:
        return []
    kept = end_of(source, batch).x
    return [
        Line(((s.x, source.top - 2), (s.x, source.top - 30)), "ghost", weight=1.2, dashed=True)
        for s in _drawn(source.columns[batch])
        if s.x != kept
    ]
