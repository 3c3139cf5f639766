"""From rows to a Scene: gives every row its height, every column its x, every edge its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from unrolled.diagrams.layout.arrows import Edges
from unrolled.diagrams.layout.grids import Grid, make_grid
from unrolled.diagrams.layout.margins import Margin, place_lines, widths, write_margins
from unrolled.diagrams.layout.places import STRIP_FOOT, Look, Place, place_rows
from unrolled.diagrams.layout.state_arrows import draw_states
from unrolled.diagrams.rows.rows import (
    Row,
    attends_elsewhere,
    attention_of,
    every_step,
    shares_weights,
    state_names,
)
from unrolled.diagrams.rows.segments import handed_over
from unrolled.scenes.colors import level
from unrolled.scenes.glyphs import (
    draw_dots,
    draw_frame,
    draw_map,
    draw_pass,
    draw_sheets,
    draw_stack,
    map_size,
    stack_height,
)
from unrolled.scenes.shapes import Box, Line, Scene, Shape, Tiles, label, moved
from unrolled.scenes.sizes import BOX, DENSE
from unrolled.traces.cells import Array

EDGE = 16.0  # around the whole picture
ROOMY = 1150.0  # a picture that would be wider than this is drawn compactly
TALL = 1400.0  # one that would be higher than this is drawn densely
_ROLE = {"recurrent": "units", "steps": "units", "vector": "units", "labels": "targets"}


def lay_out(rows: Sequence[Row], look: Look) -> Scene:
    """Return the picture of the rows, the first one at the bottom."""
    compact = any(row.segment for row in rows)
    compact = compact or _plan(rows, look, compact=False).width > ROOMY
    scene = _plan(rows, look, compact=compact).paint()
    return (
        scene
        if scene.height <= TALL
        else _plan(rows, replace(look, sizes=DENSE), compact=compact).paint()
    )


def _plan(rows: Sequence[Row], look: Look, *, compact: bool) -> _Painter:
    margins = write_margins(rows, look.sizes, compact=compact)
    left, right = widths(list(margins.values()))
    grid = make_grid(rows, EDGE + left, look.max_steps, compact=compact)
    return _Painter(grid, look, place_rows(rows, margins, grid, look), margins, right)


class _Painter:
    """Paints rows into a scene, from the bottom up; knows where the rows below stand."""

    def __init__(
        self,
        grid: Grid,
        look: Look,
        places: Sequence[Place],
        margins: Mapping[int, Margin],
        right: float,
    ) -> None:
        self.grid, self.look, self.order, self.margins = grid, look, places, margins
        self.places = {id(p.row): p for p in places}
        self.edges = Edges(grid, places, look)
        self.width = self.edges.right + 8 + right + EDGE
        self.back: list[Shape] = []
        self.lines: list[Shape] = []
        self.front: list[Shape] = []

    def paint(self) -> Scene:
        """Return the scene, shifted so that it begins at the edge."""
        for place in self.order:
            self._paint_row(place)
        shapes = [*self.back, *self.lines, *self.front]
        top = min(s.bounds[1] for s in shapes) - EDGE
        bottom = max(s.bounds[3] for s in shapes) + EDGE
        return Scene(self.width, bottom - top, [moved(s, 0, -top) for s in shapes])

    def _paint_row(self, place: Place) -> None:
        """Paint one row: its boxes, the arrows into it, its texts."""
        row = place.row
        self.lines += self.edges.draw(place)
        if row.kind == "plain":
            self._paint_plain(place)
        else:
            for batch in range(len(row.calls)):
                self._paint_columns(place, batch)
        if row.kind == "recurrent":
            self.back.append(self._band(place))
            self.lines += self._states(place)
        if place.foot > STRIP_FOOT:
            self._paint_times(place)
        self._paint_margins(place)

    def _states(self, place: Place) -> list[Shape]:
        row = place.row
        sources = [self.places[id(r)] for r in handed_over(row) if r.segment < row.segment]
        takers = [
            p.row for p in self.order if p.row.segment > row.segment and row in handed_over(p.row)
        ]
        source = sources[0] if sources else None
        return draw_states(
            place, state_names(row), self.look.sample, source, handed_on=bool(takers)
        )

    def _band(self, place: Place) -> Box:
        left = place.columns[0][0].x - self.grid.pitch / 2 - 6
        right = place.columns[-1][-1].x + self.grid.pitch / 2 + 6
        return Box(
            left,
            place.top - place.padding,
            right - left,
            place.bottom - place.top + 2 * place.padding,
            "band",
            "units",
            radius=10,
            weight=0.8,
        )

    def _paint_columns(self, place: Place, batch: int) -> None:
        row, look = place.row, self.look
        values = self._values(row, batch)
        mask = _mask(row, batch, look.sample)
        shown = (
            [s.t for s in place.columns[batch] if s.t is not None] if row.timesteps else slice(None)
        )
        limit = 0.0 if values is None or row.ids else _limit(_drawn_part(row, values[shown]))
        kept = _kept(row, batch, look.sample)
        height = place.bottom - place.top
        if not row.fits:
            self._mark_outputs_without_label(place, batch)
        for slot in place.columns[batch]:
            if slot.hidden:
                self.front.append(draw_dots(slot.x, place.middle))
                continue
            t = slot.t or 0
            step = (batch, t) if row.timesteps else None
            column = None if values is None else values[t] if row.timesteps else values
            if row.kind in ("input", "labels"):
                behind = row.axes[0][0] - 1 if row.axes else 0
                self.back += draw_sheets(slot.x, place.top, height, behind)
            title = _title(row, batch, look.sample, t)
            role = _ROLE.get(row.kind, "line") if row.fits else "warn"
            empty = row.kind == "labels" and column is None
            self.front.append(
                draw_frame(slot.x, place.top, height, role, step=step, dashed=empty, title=title)
            )
            if attends_elsewhere(row):
                self.front.append(self._weights(place, slot.x, batch, t))
            if column is not None:
                hatch = mask is not None and bool(row.timesteps) and not mask[t]
                lost = None if kept is None else kept[t] if row.timesteps else kept
                self.front += self._column(
                    place, slot.x, column, limit, step=step, hatch=hatch, lost=lost
                )
                if not row.fits and not self.edges.reaches(place, slot, batch):
                    self.front.append(
                        label(
                            slot.x, place.bottom + 18, "✕", "warn", 13, anchor="middle", bold=True
                        )
                    )
            else:
                self.front.append(
                    label(
                        slot.x, place.middle + 4, "y", "targets", 12, anchor="middle", italic=True
                    )
                )

    def _weights(self, place: Place, x: float, batch: int, t: int) -> Tiles:
        """Return the attention weights of one step as squares, the first value step at the left."""
        weights = attention_of(place.row, batch, self.look.sample)[t]
        bands = np.array_split(np.nan_to_num(weights), min(26, len(weights)))
        levels = tuple(level(float(band.max()), 1.0) for band in bands)
        return Tiles(x - BOX / 2, place.bottom + 3, BOX, 8, (levels,), step=(batch, t))

    def _column(
        self,
        place: Place,
        x: float,
        column: Array,
        limit: float,
        *,
        step: tuple[int, int] | None,
        hatch: bool,
        lost: Array | None,
    ) -> list[Shape]:
        """Return the values of one column: a small image of a map, else squares. lost: True where dropout acts."""
        look, sizes = self.look, self.look.sizes
        if place.row.passes:
            return draw_pass(x, place.middle, place.bottom - place.top, step=step, hatch=hatch)
        if place.row.is_map:
            top = place.middle - map_size(column.shape, sizes)[1] / 2
            return draw_map(column, x, top, limit, step=step, hatch=hatch, sizes=sizes)
        column = np.ravel(column)
        top = place.middle - stack_height(len(column), look.max_units, sizes) / 2
        if place.row.ids:
            column = np.where(column == np.round(column), np.round(column), column)
            column = column.astype(int) if np.isfinite(column).all() else column
        return draw_stack(
            column, x, top, limit, look.max_units, step=step, numbers=look.values, hatch=hatch,
            lost=None if lost is None else np.ravel(lost), sizes=sizes,
        )  # fmt: skip

    def _mark_outputs_without_label(self, place: Place, batch: int) -> None:
        given = {slot.x for slot in place.columns[batch]}
        for source in self.edges.sources(place):
            for slot in source.columns[batch] if source.row.returns_steps else ():
                if slot.x not in given and not slot.hidden:
                    self.front.append(
                        label(slot.x, place.middle + 5, "✕", "warn", 13, anchor="middle", bold=True)
                    )

    def _values(self, row: Row, batch: int) -> Array | None:
        """Return the drawn sample's values: (timesteps, width) or (width,); None for labels nobody gave."""
        if row.kind == "recurrent":
            call: Any = row.calls[batch]
            steps: Array = every_step(call)[self.look.sample]
            return steps
        return np.atleast_1d(row.arrays[batch][self.look.sample]) if row.arrays else None

    def _paint_plain(self, place: Place) -> None:
        for batch in range(len(place.columns)):
            (left, width), height = place.plain_box(batch), place.bottom - place.top
            text = label(
                place.center(batch),
                place.middle + 4,
                place.shape_text(batch),
                "ink",
                12,
                anchor="middle",
            )
            self.front += [
                Box(left, place.top, width, height, "ground", "line", radius=6, weight=1.6),
                text,
            ]

    def _paint_times(self, place: Place) -> None:
        for batch, columns in enumerate(place.columns):
            for slot in columns:
                text = f"{slot.hidden} more" if slot.hidden else f"t = {slot.t}"
                step = None if slot.t is None else (batch, slot.t)
                y = place.bottom + place.foot - 5
                self.front.append(
                    label(slot.x, y, text, "timesteps", 12, anchor="middle", step=step)
                )
            if len(place.columns) > 1 and place is self.order[0]:
                middle = (columns[0].x + columns[-1].x) / 2
                text = f"batch {batch} · sample {self.look.sample}"
                self.front.append(
                    label(middle, place.bottom + 38, text, "batch", 13, anchor="middle", bold=True)
                )

    def _paint_margins(self, place: Place) -> None:
        """Paint what stands beside a row: the layer as its user writes it, and the shape it returns."""
        row = place.row
        margin = self.margins[id(row)]
        self.front += place_lines(margin.left, EDGE, place.middle, margin.line)
        self.front += place_lines(margin.right, self.edges.right + 8, place.middle, margin.line)
        if (
            row.kind == "input"
            and row.timesteps
            and row.axes[-1][1] == "features"
            and len(row.axes) == 3
        ):
            self._paint_feature_names(place)
        if shares_weights(row) and not any(
            p.row.aside and p.row.segment == row.segment for p in self.order
        ):
            x = place.columns[0][0].x - BOX / 2 - 10
            self.front.append(label(x, place.middle + 4, "same weights", "soft", 11, anchor="end"))
            ends = (x + 4, place.middle), (place.columns[-1][-1].x, place.middle)
            self.back.append(Line(ends, "line", head=False, weight=1.0, dashed=True))

    def _paint_feature_names(self, place: Place) -> None:
        count = place.row.axes[-1][0]
        if count > self.look.max_units:
            return
        tall = stack_height(count, self.look.max_units, self.look.sizes)
        for k in range(count):
            y = place.middle - tall / 2 + (k + 0.5) * tall / count + 4
            x = place.columns[0][0].x - BOX / 2 - 14
            self.front.append(label(x, y, f"feature {k}", "features", 11.5, anchor="end"))


def _drawn_part(row: Row, values: Array) -> Array:
    """Return the values that are drawn: of a map the first filter alone."""
    return values[..., 0] if row.is_map and len(row.column) > 2 else values


def _kept(row: Row, batch: int, sample: int) -> Array | None:
    """Return where a Dropout layer dropped values of the drawn sample, as bool; None where it did not act."""
    factor = row.calls[batch].dropout.get("x")
    if (
        factor is None
        or row.kind not in ("steps", "vector")
        or factor.shape != row.arrays[batch].shape
    ):
        return None
    lost: Array = factor[sample] == 0
    return lost


def _mask(row: Row, batch: int, sample: int) -> Array | None:
    call = row.calls[batch]
    mask = call.mask if row.kind == "recurrent" else call.output_mask
    return None if mask is None or mask.ndim != 2 or row.kind == "labels" else mask[sample]


def _limit(values: Array) -> float:
    """Return the value that gets the full colour: the next of 1, 2, 5, 10, ... (times a power) that holds them all."""
    finite = np.abs(values[np.isfinite(values)]) if values.dtype.kind == "f" else np.abs(values)
    largest = float(finite.max(initial=0.0))
    power = 10.0 ** np.floor(np.log10(largest)) if largest else 1.0
    return next(float(k * power) for k in (1, 2, 5, 10) if k * power >= largest * 0.999)


def _title(row: Row, batch: int, sample: int, t: int) -> str:
    """Return what hovering over a box tells: the step and its numbers."""
    when = f"{row.title}, t = {t}: " if row.timesteps else f"{row.title}: "
    if row.kind == "recurrent":
        names = state_names(row)
        states = row.calls[batch].states  # type: ignore[attr-defined]
        return when + "; ".join(
            f"{n} = {_listed(s[sample, t])}" for n, s in zip(names, states, strict=True)
        )
    if not row.arrays:
        return ""
    return when + _listed(
        row.arrays[batch][sample, t] if row.timesteps else row.arrays[batch][sample]
    )


def _listed(values: Array) -> str:
    flat = np.ravel(values)[:8]
    return (
        "["
        + ", ".join(f"{v:.3g}" for v in flat.tolist())
        + (", …]" if np.size(values) > 8 else "]")
    )
