"""The arrows between rows: column by column, beside boxes, gathered, or spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from unrolled.diagrams.layout.column_pairs import (
    Pair,
    drawn,
    dropped_outputs,
    pair_columns,
)
from unrolled.diagrams.layout.grids import LANE, TAIL, Column, Grid
from unrolled.diagrams.layout.options import DrawOptions
from unrolled.diagrams.layout.places import PlacedRow
from unrolled.diagrams.layout.state_arrows import (
    STATE_TEXT,
    state_end,
    state_role,
)
from unrolled.diagrams.rows.rows import (
    BoxRow,
    Connection,
    InputRow,
    LabelRow,
    Link,
    StepsRow,
)
from unrolled.scenes.shapes import Line, Shape, Step, label
from unrolled.scenes.sizes import BOX

Point = tuple[float, float]

# offsets of an arrow that passes beside boxes: near and far, right and left, so that four ways fit
# between two columns (40 pixels) and none touches a frame
OFFSETS = (BOX / 2 + 6, -BOX / 2 - 6, BOX / 2 + 11, -BOX / 2 - 11)
PAST = BOX / 2 + 8  # of an arrow that passes a box that stands aside
FAINT = 0.02  # attention weights below are not drawn
OUT = 2.0  # an arrow begins so far above a box
INTO = (
    3.0  # and ends so far below one, so that its head does not touch the frame
)
SIDE = 10.0  # a way beside boxes leaves its column so far from the middle
LEAVE, TURN = (
    7.0,
    14.0,
)  # it goes up for 7 pixels and stands beside the boxes after 14
NEAR, SLANT, BACK = (
    24.0,
    17.0,
    10.0,
)  # before its end it turns back, slanted where it changes columns
UNDER = 12.0  # a lane arrives so far below a row
HEAD = 4.0  # heads of lanes stand beside those of straight arrows
SHIFTS = 3  # lanes one after the other are shifted, so that none lies on the one before
STATE_SHIFTS = 4  # the same for final states
STATE_UNDER = 14.0  # a final state arrives below the lanes


class Arrows:
    """Finds the way of each arrow. The lanes at the right of the columns are used in order."""

    def __init__(
        self, grid: Grid, places: Sequence[PlacedRow], options: DrawOptions
    ) -> None:
        self._grid, self._order, self._sizes = grid, list(places), options.sizes
        self._places: Mapping[int, PlacedRow] = {
            place.row.key: place for place in places
        }
        self._lanes = 0
        self._beside: list[tuple[float, float, int, float]] = []
        self._shapes = {
            place.row.key: self._into(place) for place in self._order
        }

    @property
    def right(self) -> float:
        """The right edge of all lanes."""
        return self._grid.right + TAIL + self._lanes * LANE

    def draw(self, place: PlacedRow) -> list[Shape]:
        """Return the arrows into a row, and the ghosts of the outputs it drops."""
        return self._shapes[place.row.key]

    def sources(self, place: PlacedRow) -> list[PlacedRow]:
        """Return the places of the rows that a row reads."""
        return [self._places[key] for key in place.row.below]

    def comes_straight_up(
        self, place: PlacedRow, column: Column, batch: int
    ) -> bool:
        """Return whether an arrow comes straight up into a column."""
        for link in place.row.links:
            if link.row is None:
                continue
            pairs = pair_columns(self._places[link.row], place, link, batch)
            if any(up.x == column.x for up, _ in pairs):
                return True
        return False

    def _into(self, place: PlacedRow) -> list[Shape]:
        """Return every arrow into a row, each once."""
        shapes = [*dropped_outputs(place), *self._data(place)]
        for key in place.row.masks:
            shapes += self._mask(place, self._places[key])
        for number, link in enumerate(place.row.starts):
            if link.row is not None and self._places[link.row].row.aside:
                shapes += self._start(place, self._places[link.row], number)
        return shapes

    def _data(self, place: PlacedRow) -> list[Shape]:
        """Return the arrows of the data that a row reads."""
        row = place.row
        attends_itself = isinstance(row, StepsRow) and row.attends_itself
        shapes: list[Shape] = []
        seen: set[tuple[int, int]] = set()
        for number, link in enumerate(row.links):
            if link.row is None:
                continue
            if attends_itself and number == 1:
                shapes += self._attend(place, self._places[link.row])
            elif (link.row, link.part) not in seen:
                shapes += self._link(place, link)
            seen.add((link.row, link.part))
        return shapes

    def _link(self, place: PlacedRow, link: Link) -> list[Shape]:
        """Return the arrows from one row to another."""
        source = self._places[link.row or 0]
        if link.is_state:
            return self._from_state(source, place, link.part - 1)
        if source.row.segment != place.row.segment:
            return self._passage(source, place)
        is_label = isinstance(place.row, LabelRow)
        role = "targets" if is_label else _role(source)
        has_box = isinstance(source.row, BoxRow) or isinstance(
            place.row, BoxRow
        )
        unknown = link.connection is None and not has_box
        shapes: list[Shape] = []
        for batch in range(place.row.batches):
            pairs = pair_columns(source, place, link, batch)
            shapes += self._join(
                source,
                place,
                pairs,
                batch,
                role,
                head=not is_label,
                dashed=is_label or unknown,
            )
        return shapes

    def _mask(self, place: PlacedRow, source: PlacedRow) -> list[Shape]:
        """Return the arrows from an input that is a mask: its steps are those that it masks."""
        if source.row.segment != place.row.segment:
            return self._passage(source, place)
        steps = source.row.timesteps or 1
        connection = None
        if place.row.timesteps is None:
            connection = Connection(1, steps, np.ones((1, steps), dtype=bool))
        elif place.row.timesteps == steps:
            connection = Connection(steps, steps)
        link = Link(source.row.key, connection=connection)
        shapes: list[Shape] = []
        for batch in range(place.row.batches):
            pairs = pair_columns(source, place, link, batch)
            shapes += self._join(
                source, place, pairs, batch, "soft", head=True, dashed=True
            )
        return shapes

    def _join(
        self,
        source: PlacedRow,
        place: PlacedRow,
        pairs: Sequence[Pair],
        batch: int,
        role: str,
        *,
        head: bool,
        dashed: bool,
    ) -> list[Shape]:
        """Return the arrows between pairs of columns: straight, beside boxes, or in a lane."""
        blocked = [
            self._is_blocked(source, place, up, down) for up, down in pairs
        ]
        if not any(blocked) and _join_all(pairs):
            return self._bar(source, place, pairs, role, dashed=dashed)
        beside = [
            pair[0].x
            for pair, stands in zip(pairs, blocked, strict=True)
            if stands
        ]
        offset = self._offset(source, place, beside)
        if beside and not offset:
            return self._lane(source, place, pairs, dashed=dashed)
        shapes: list[Shape] = []
        for (up, down), stands in zip(pairs, blocked, strict=True):
            points = _straight(source, place, up, down)
            if stands:
                points = _beside(source, place, up, down, offset)
            step = _step_of(place, up, down, batch)
            shapes.append(
                Line(points, role, head=head, dashed=dashed, step=step)
            )
        return shapes

    def _is_blocked(
        self, source: PlacedRow, place: PlacedRow, up: Column, down: Column
    ) -> bool:
        """Return whether a row in between has a box in the way up from a column."""
        low, high = min(up.x, down.x), max(up.x, down.x)
        return any(
            other is not source
            and other is not place
            and other.covers(low, high)
            for other in self._order
            if place.bottom < other.middle < source.top
        )

    def _offset(
        self, source: PlacedRow, place: PlacedRow, columns: Sequence[float]
    ) -> float:
        """Return how far beside the columns the arrows go; 0 where no room is left.

        Two ways never run together.
        """
        if not columns:
            return 0.0
        low, high, segment = place.bottom, source.top, place.row.segment
        taken = self._taken(low, high, segment)
        for offset in OFFSETS:
            ways = [x + offset for x in columns]
            if offset not in taken and not self._stands_in(low, high, ways):
                self._beside.append((low, high, segment, offset))
                return offset
        return 0.0

    def _taken(self, low: float, high: float, segment: int) -> set[float]:
        """Return the offsets that other arrows have between two heights."""
        return {
            offset
            for start, end, other, offset in self._beside
            if other == segment and start < high and low < end
        }

    def _stands_in(
        self, low: float, high: float, ways: Sequence[float]
    ) -> bool:
        """Return whether a box without columns, which may be wide, stands in one of the ways."""
        for place in self._order:
            if (
                not isinstance(place.row, BoxRow)
                or high <= place.bottom
                or low >= place.top
            ):
                continue
            if any(place.covers(x, x) for x in ways):
                return True
        return False

    def _bar(
        self,
        source: PlacedRow,
        place: PlacedRow,
        pairs: Sequence[Pair],
        role: str,
        *,
        dashed: bool,
    ) -> list[Shape]:
        """Return a bar between two rows: it gathers all steps below, all above come from it."""
        y = source.top - source.padding - self._sizes.stem
        ups = sorted({up.x for up, _ in pairs})
        downs = sorted({down.x for _, down in pairs})
        ends = (min(ups[0], downs[0]), y), (max(ups[-1], downs[-1]), y)
        shapes: list[Shape] = [Line(ends, role, head=False, dashed=dashed)]
        for up in ups:
            stem = (up, source.top - OUT), (up, y)
            shapes.append(Line(stem, role, head=False, dashed=dashed))
        for down in downs:
            tip = (down, y), (down, place.bottom + place.foot + INTO)
            shapes.append(Line(tip, role, dashed=dashed))
        return shapes

    def _lane(
        self,
        source: PlacedRow,
        place: PlacedRow,
        pairs: Sequence[Pair],
        *,
        dashed: bool,
    ) -> list[Shape]:
        """Return a way around everything, at the right: gathered from columns, spread to them."""
        self._lanes += 1
        role = _role(source)
        x = self._grid.right + TAIL - 8 + self._lanes * LANE
        shift = self._sizes.spread * (self._lanes % SHIFTS)
        over = source.top - self._sizes.stem - shift
        under = place.bottom + place.foot + UNDER + shift
        ups = sorted({up.x for up, _ in pairs})
        downs = sorted({down.x for _, down in pairs})
        way = (
            (ups[0], over),
            (x, over),
            (x, under),
            (downs[0] - HEAD - shift, under),
        )
        shapes: list[Shape] = [Line(way, role, head=False, dashed=dashed)]
        for up in ups:
            stem = (up, source.top - OUT), (up, over)
            shapes.append(Line(stem, role, head=False, dashed=dashed))
        for down in downs:
            end = down - HEAD - shift
            tip = (end, under), (end, place.bottom + place.foot + INTO)
            shapes.append(Line(tip, role, dashed=dashed))
        return shapes

    def _passage(self, source: PlacedRow, place: PlacedRow) -> list[Shape]:
        """Return the way from a row of the encoder, between the segments, to one of the decoder."""
        self._lanes += 1
        x = self._grid.passage + 2 * (self._lanes % SHIFTS)
        ups = [source.end(-1).x]
        if source.row.returns_steps:
            ups = [column.x for column in drawn(source.columns[-1])]
        shift = self._sizes.spread * (self._lanes % SHIFTS)
        over, under = source.top - self._sizes.stem - shift, place.bottom - 6
        edge = place.columns[-1][0].x - BOX / 2 - INTO
        role = _role(source)
        way = (
            (ups[0], source.top - OUT),
            (ups[0], over),
            (x, over),
            (x, under),
            (edge, under),
        )
        stems: list[Shape] = [
            Line(((up, source.top - OUT), (up, over)), role, head=False)
            for up in ups[1:]
        ]
        return [Line(way, role), *stems]

    def _from_state(
        self, source: PlacedRow, place: PlacedRow, number: int
    ) -> list[Shape]:
        """Return the way of a final state from the chip at its end to the row that reads it."""
        self._lanes += 1
        name, x, y = state_end(source, number)
        shift = self._lanes % STATE_SHIFTS
        over = self._grid.over(source.row.segment, self._lanes)
        if x < source.columns[-1][0].x:
            # the layer reads backwards, its final states are at its left
            over = x - 8 - 4 * shift
        foot = place.bottom + place.foot
        below = foot + STATE_UNDER + (self._sizes.spread + 1) * shift
        end = place.columns[-1][-1].x + 6 * (self._lanes % SHIFTS) - 6
        points = (
            (x, y),
            (over, y),
            (over, below),
            (end, below),
            (end, foot + INTO),
        )
        return [Line(points, state_role(name), weight=1.8)]

    def _start(
        self, place: PlacedRow, source: PlacedRow, number: int
    ) -> list[Shape]:
        """Return the way of a vector that stands aside into the first cell of a row."""
        name, _, y = state_end(place, number)
        middle = source.columns[0][0].x
        x = middle + SIDE * (number - (len(place.row.starts) - 1) / 2)
        up = (x, source.top - OUT)
        way: tuple[Point, ...] = (up, (x, y))
        if self._stands_aside_above(source, place, x):
            past = middle - PAST - 5 * number
            way = (
                up,
                (x, source.top - 8),
                (past, source.top - TURN),
                (past, y),
            )
        edge, role = place.columns[0][0].x - BOX / 2, state_role(name)
        text = label(
            edge - 14,
            y - 4.5,
            name,
            role,
            STATE_TEXT,
            anchor="middle",
            italic=True,
        )
        return [Line((*way, (edge, y)), role, weight=1.8), text]

    def _stands_aside_above(
        self, source: PlacedRow, place: PlacedRow, x: float
    ) -> bool:
        """Return whether another row that stands aside is in the way up."""
        for other in self._order:
            is_between = place.bottom < other.middle < source.top
            if (
                other.row.aside
                and other is not source
                and is_between
                and other.covers(x, x)
            ):
                return True
        return False

    def _attend(self, place: PlacedRow, source: PlacedRow) -> list[Shape]:
        """Return a line from each value step to each query step, as thick as its weight."""
        row = place.row
        if not isinstance(row, StepsRow) or row.attention[0] is None:
            return []
        weights = row.attention[0]
        top = source.top - (source.padding or OUT)
        bottom = place.bottom + place.foot + OUT
        shapes: list[Shape] = []
        for up in drawn(source.columns[0]):
            for down in drawn(place.columns[0]):
                weight = float(weights[down.t or 0, up.t or 0])
                if np.isfinite(weight) and weight > FAINT:
                    points = ((up.x, top), (down.x, bottom))
                    shapes.append(
                        Line(
                            points, "line", head=False, weight=0.4 + 3 * weight
                        )
                    )
        return shapes


def _join_all(pairs: Sequence[Pair]) -> bool:
    """Return whether several columns all go to several columns."""
    ups = {up.x for up, _ in pairs}
    downs = {down.x for _, down in pairs}
    return min(len(ups), len(downs)) > 1 and len(pairs) == len(ups) * len(downs)


def _step_of(
    place: PlacedRow, up: Column, down: Column, batch: int
) -> Step | None:
    """Return the step that an arrow belongs to: one that goes from a step to the same step."""
    if down.t is None or up.t != down.t or place.row.timesteps is None:
        return None
    return batch, down.t


def _straight(
    source: PlacedRow, place: PlacedRow, up: Column, down: Column
) -> tuple[Point, ...]:
    return (up.x, source.top - OUT), (down.x, place.bottom + place.foot + INTO)


def _beside(
    source: PlacedRow, place: PlacedRow, up: Column, down: Column, offset: float
) -> tuple[Point, ...]:
    """Return the points of an arrow that passes beside the boxes over a column."""
    side = SIDE if offset > 0 else -SIDE
    x, top = up.x + offset, source.top - OUT
    bottom = place.bottom + place.foot + INTO
    start = ((up.x + side, top), (up.x + side, top - LEAVE), (x, top - TURN))
    end = (down.x + side, bottom)
    if up.x != down.x:
        return (*start, (x, bottom + NEAR), end)
    return (*start, (x, bottom + SLANT), (down.x + side, bottom + BACK), end)


def _role(source: PlacedRow) -> str:
    return "features" if isinstance(source.row, InputRow) else "units"
