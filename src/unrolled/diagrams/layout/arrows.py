"""The arrows between rows: column by column, beside boxes, gathered, or spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from unrolled.diagrams.layout.column_pairs import pair_columns
from unrolled.diagrams.layout.grids import LANE, TAIL, Grid
from unrolled.diagrams.layout.obstacles import Obstacles, meet
from unrolled.diagrams.layout.options import DrawOptions
from unrolled.diagrams.layout.placed_rows import PlacedRow, vectors_aside
from unrolled.diagrams.layout.state_ways import (
    draw_dropped,
    draw_start,
    draw_state,
)
from unrolled.diagrams.layout.ways import (
    Bundle,
    Style,
    draw_arrow,
    draw_attention,
    draw_bar,
    draw_lane,
    draw_passage,
    role_of,
)
from unrolled.diagrams.rows.parts import Array, Connection, Link
from unrolled.diagrams.rows.rows import BoxRow, LabelRow, StepsRow
from unrolled.scenes.shapes import Shape


class Arrows:
    """Finds the way of each arrow. The lanes at the right of the columns are used in order.

    into: the arrows into each row by its key, with the ghosts of the outputs it drops.
    """

    def __init__(
        self,
        grid: Grid,
        places: Mapping[int, PlacedRow],
        options: DrawOptions,
    ) -> None:
        self._grid = grid
        self._sizes = options.sizes
        self._places = places
        self._obstacles = Obstacles(list(places.values()))
        self._lanes = 0
        self.into: dict[int, list[Shape]] = {}
        # from the lowest row up: of two ways the lower one is nearer to the boxes
        for key, place in places.items():
            self.into[key] = self._draw_into(place)

    @property
    def right(self) -> float:
        """The right edge of all lanes."""
        return self._grid.right + TAIL + self._lanes * LANE

    def _draw_into(self, place: PlacedRow) -> list[Shape]:
        """Return every arrow into a row, each once."""
        row = place.row
        shapes = draw_dropped(place)
        shapes += self._data(place)
        for key in row.masks:
            shapes += self._mask(place, self._places[key])
        for number, source in vectors_aside(row, self._places).items():
            boxes = self._obstacles.boxes_between(source, place)
            shapes += draw_start(source, place, number, boxes)
        return shapes

    def _data(self, place: PlacedRow) -> list[Shape]:
        """Return the arrows of the data that a row reads: one bundle, however often it reads it."""
        row = place.row
        links: dict[tuple[int, int], Link] = {}
        for link in row.links:
            if link.row is not None:
                links.setdefault((link.row, link.part), link)
        attention: Sequence[Array] = ()
        if isinstance(row, StepsRow) and row.attends_itself:
            attention = row.attention
        shapes: list[Shape] = []
        for (key, _), link in links.items():
            source = self._places[key]
            shapes += self._link(place, link, source)
            # the weights are those of what is read first; they lie over its arrows alone
            shapes += draw_attention(source, place, attention)
            attention = ()
        return shapes

    def _link(
        self, place: PlacedRow, link: Link, source: PlacedRow
    ) -> list[Shape]:
        """Return the arrows from one row to another."""
        if link.is_state:
            # it leaves its layer at the side, where the chip at its end stands
            self._lanes += 1
            return draw_state(
                source,
                place,
                link.part - 1,
                self._lanes,
                self._grid,
                self._sizes,
            )
        if isinstance(place.row, LabelRow):
            # labels are compared with an output: nothing flows into them
            style = Style("targets", head=False, dashed=True)
            return self._join(source, place, link, style)
        # which step moves which is known where it was measured; a box has no steps
        kinds = type(source.row), type(place.row)
        is_known = BoxRow in kinds or link.connection is not None
        style = Style(role_of(source), dashed=not is_known)
        return self._join(source, place, link, style)

    def _mask(self, place: PlacedRow, source: PlacedRow) -> list[Shape]:
        """Return the arrows from an input that is a mask: its steps are those that it masks."""
        steps = source.row.timesteps or 1
        # of a mask of other steps nobody knows which one masks which
        connection = None
        if place.row.timesteps is None:
            every_step = np.ones((1, steps), dtype=bool)
            connection = Connection(1, steps, every_step)
        elif place.row.timesteps == steps:
            connection = Connection(steps, steps)
        link = Link(source.row.key, connection=connection)
        return self._join(source, place, link, Style("soft", dashed=True))

    def _join(
        self, source: PlacedRow, place: PlacedRow, link: Link, style: Style
    ) -> list[Shape]:
        """Return the arrows between the columns of two rows in every batch."""
        if source.row.segment != place.row.segment:
            # no column of one stands under a column of the other
            self._lanes += 1
            x = self._grid.passage
            return draw_passage(source, place, x, self._lanes, self._sizes)
        shapes: list[Shape] = []
        for batch in range(place.row.batches):
            pairs = pair_columns(source, place, link, batch)
            bundle = Bundle(source, place, pairs, batch, style)
            shapes += self._find_way(bundle)
        return shapes

    def _find_way(self, bundle: Bundle) -> list[Shape]:
        """Return the arrows of a bundle: straight, beside boxes, or in a lane."""
        source = bundle.source
        place = bundle.place
        boxes = self._obstacles.boxes_between(source, place)
        # a slanting arrow meets what stands anywhere between its two ends
        xs = bundle.xs
        is_blocked = meet(boxes, xs.min(axis=1), xs.max(axis=1))
        offset = 0.0
        if is_blocked.any():
            # all arrows that are blocked pass on the same side
            starts = xs[is_blocked, 0]
            offset = self._obstacles.find_offset(source, place, starts)
            if not offset:
                return self._lane(bundle)
        elif bundle.joins_all:
            return draw_bar(bundle, self._sizes.stem)
        offsets = np.where(is_blocked, offset, 0.0)
        draw = partial(draw_arrow, bundle)
        return list(map(draw, bundle.pairs, offsets.tolist()))

    def _lane(self, bundle: Bundle) -> list[Shape]:
        """Return the arrows of a bundle in the next lane, in the colour of what they come from.

        Far from their row, nothing but the colour tells what they are.
        """
        self._lanes += 1
        x = self.right - 8
        style = replace(bundle.style, role=role_of(bundle.source))
        in_own_colour = replace(bundle, style=style)
        return draw_lane(in_own_colour, x, self._lanes, self._sizes)
