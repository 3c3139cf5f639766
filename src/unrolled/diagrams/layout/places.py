"""Where rows stand: how high each is, where its middle lies, which columns it holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from unrolled.diagrams.layout.grids import Grid, Slot
from unrolled.diagrams.layout.margins import Margin
from unrolled.diagrams.rows.rows import Row, attends_elsewhere, attends_itself, state_names
from unrolled.diagrams.rows.segments import handed_over
from unrolled.scenes.fonts import text_width
from unrolled.scenes.glyphs import map_size, stack_height
from unrolled.scenes.sizes import BOX, USUAL, Sizes
from unrolled.traces.calls import RecurrentCall

PLAIN = 34.0  # height of a box without values
STRIP_FOOT = 13.0  # under a step of attention over other steps, for its weights
THIN = 20.0  # height of a box that its input passes unchanged


@dataclass(frozen=True)
class Look:
    """What the reader chose: the sample, the limits past which columns and squares are elided, numbers or not.

    sizes: how large the parts are, which follows from the number of rows.
    """

    sample: int = 0
    max_steps: int = 8
    max_units: int = 8
    values: bool = True
    sizes: Sizes = USUAL


@dataclass
class Place:
    """Where a row stands: its centre, the top and bottom of its boxes, and the columns it holds, per batch.

    foot: the room under its boxes. padding: of the band around them.
    """

    row: Row
    middle: float
    top: float
    bottom: float
    columns: list[list[Slot]]
    foot: float = 0.0
    padding: float = 0.0

    def covers(self, x: float | tuple[float, float]) -> bool:
        """Tell whether a box of the row stands at an x, or between two."""
        low, high = (x, x) if isinstance(x, float) else (min(x), max(x))
        slots = [s for columns in self.columns for s in columns if not s.hidden]
        if self.row.kind == "plain":
            boxes = [self.plain_box(batch) for batch in range(len(self.columns))]
            return any(x < high and low < x + width for x, width in boxes)
        return any(s.x - BOX / 2 < high and low < s.x + BOX / 2 for s in slots)

    def plain_box(self, batch: int) -> tuple[float, float]:
        """Return the left edge and the width of the one box of a row without columns: wide enough for its shape."""
        columns = self.columns[batch]
        width = max(columns[-1].x - columns[0].x + BOX, text_width(self.shape_text(batch), 12) + 20)
        return self.center(batch) - width / 2, width

    def shape_text(self, batch: int) -> str:
        """Return what stands in that box."""
        return str(tuple(self.row.arrays[batch].shape)) if self.row.arrays else "…"

    def move(self, dy: float) -> None:
        """Shift the row downwards."""
        self.middle, self.top, self.bottom = self.middle + dy, self.top + dy, self.bottom + dy

    def center(self, batch: int) -> float:
        """Return the x in the middle of a batch's columns."""
        return (self.columns[batch][0].x + self.columns[batch][-1].x) / 2


def place_rows(
    rows: Sequence[Row], margins: Mapping[int, Margin], grid: Grid, look: Look
) -> list[Place]:
    """Give every row its y (growing downwards, the bottom of the first row at 0) and its columns.

    The rows of each segment stand on each other; a decoder is level with the encoder whose state it starts from.
    """
    places: dict[int, Place] = {}
    heights, sizes = [0.0, 0.0], look.sizes
    for row in sorted(rows, key=lambda r: (r.segment, r.segment and not r.aside)):
        y = heights[row.segment] - (sizes.fan if attends_itself(row) else 0.0)
        if row.aside and row.segment:
            y = heights[0]
        body = _body_height(row, look)
        padding = sizes.padding if row.kind == "recurrent" else 0.0
        foot = 22.0 if row.timesteps and _starts_time(row) else 0.0
        if attends_elsewhere(row):
            foot = foot + 5 if foot else STRIP_FOOT
        head = 18.0 if row.kind in ("input", "labels") else 0.0
        height = max(body + (2 * padding + 2 if padding else 0.0) + head, margins[id(row)].height)
        middle = y - foot - height / 2 + head / 2
        columns = _columns(row, grid, places)
        places[id(row)] = Place(
            row, middle, middle - body / 2, middle + body / 2, columns, foot, padding
        )
        heights[0 if row.aside else row.segment] = y - (foot + height + sizes.gap)
    _level(rows, places, sizes.gap)
    return [places[id(row)] for row in rows]


def _level(rows: Sequence[Row], places: Mapping[int, Place], gap: float) -> None:
    """Move the second segment: its decoder level with the encoder, or above the vectors that its states come from.

    What the decoder reads stays on the ground where the decoder goes up.
    """
    second = [places[id(r)] for r in rows if r.segment and not r.aside]
    level = [(places[id(s)].middle - p.middle, p) for p in second for s in handed_over(p.row)]
    given = [
        (places[id(k.row)], p)
        for p in second
        for k in p.row.starts
        if k.row is not None and k.row.aside
    ]
    above = [(source.top - gap / 2 - p.bottom, p) for source, p in given]
    if not level and not above:
        return
    shift = level[0][0] if level else min(move for move, _ in above)
    lowest = max(p.middle for _, p in level or above)
    for place in second:
        if shift > 0 or place.middle <= lowest:
            place.move(shift)


def _body_height(row: Row, look: Look) -> float:
    if row.kind == "plain":
        return PLAIN
    if row.passes:
        return THIN
    if row.kind == "labels" and not row.arrays:
        return PLAIN
    if row.is_map:
        body = map_size(row.column, look.sizes)[1] + 10
    else:
        width = max(
            1, int(np.prod([n for n, _ in row.axes[2 if row.timesteps else 1 :]], dtype=int))
        )
        body = (
            stack_height(
                row.width if row.kind == "recurrent" else width, look.max_units, look.sizes
            )
            + 10
        )
    wires = len(state_names(row)) if row.kind == "recurrent" else 0
    return max(body, 26.0 * wires + 14)


def _starts_time(row: Row) -> bool:
    """Tell whether a row begins an axis of its own: its steps are not those of a row it reads."""
    return row.kind != "labels" and not any(
        r is not None and r.returns_steps and r.timesteps == row.timesteps for r in row.below
    )


def _columns(row: Row, grid: Grid, places: dict[int, Place]) -> list[list[Slot]]:
    """Return the columns of a row per batch; a vector stands where its source ends."""
    batches = range(len(row.calls))
    if row.aside:
        return [[Slot(grid.aside(row.segment), None)]]
    if row.timesteps:
        return [grid.columns(row.timesteps, b, row.segment) for b in batches]
    found = [places[id(r)] for r in row.below if r is not None and id(r) in places]
    if not found:
        slots = grid.second if row.segment else grid.slots
        ends = [grid.columns(slots, b, row.segment) for b in batches]
        if row.kind == "plain":
            return ends
        return [[columns[0 if row.kind == "input" else -1]] for columns in ends]
    found = [p for p in found if p.row.segment == row.segment] or found
    wide = [
        places[id(k.row)]
        for k in row.links
        if k.row is not None and not k.is_state and k.row.kind != "labels"
    ]
    wide = [
        p for p in wide if len(p.columns[0]) > 1 and (p.row.returns_steps or p.row.kind == "plain")
    ]
    if row.kind == "plain" and wide:
        return max(wide, key=lambda p: len(p.columns[0])).columns
    return [[end_of(max(found, key=lambda p: end_of(p, b).x), b)] for b in batches]


def end_of(place: Place, batch: int) -> Slot:
    """Return the column where a row's one output leaves: the step that is read last."""
    slots = place.columns[batch]
    call = place.row.calls[min(batch, len(place.row.calls) - 1)]
    backwards = isinstance(call, RecurrentCall) and call.go_backwards and not call.return_sequences
    return slots[0] if backwards else slots[-1]
