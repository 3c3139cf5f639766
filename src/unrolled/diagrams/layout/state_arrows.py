"""The states on their way: from zeros or a batch before, from step to step, to the end or into the next batch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from unrolled.diagrams.rows.rows import Row, name_of, state_names
from unrolled.scenes.fonts import shorten
from unrolled.scenes.glyphs import chip_width, draw_chip, draw_wire, wire_heights
from unrolled.scenes.shapes import Line, Shape, label
from unrolled.scenes.sizes import BOX
from unrolled.traces.calls import RecurrentCall

if TYPE_CHECKING:
    from unrolled.diagrams.layout.places import Place

ROOM = 56.0  # for the name of the layer that an initial state comes from
REACH = 34.0  # length of an arrow into the first cell and out of the last one


def draw_states(
    place: Place, names: Sequence[str], sample: int, source: Place | None, *, handed_on: bool
) -> list[Shape]:
    """Return all arrows of a recurrent row, with where they start and where they end.

    source: the encoder at the left whose final states come over. handed_on: whether this is such an encoder.
    """
    calls = [c for c in place.row.calls if isinstance(c, RecurrentCall)]
    heights = wire_heights(names, place.top, place.bottom - place.top)
    shapes: list[Shape] = []
    for number, (name, y) in enumerate(zip(names, heights, strict=True)):
        for batch, call in enumerate(calls):
            xs = [(s.x, bool(s.hidden)) for s in place.columns[batch]]
            shapes += _between(name, xs, y, call.go_backwards)
            start = _start_text(place.row, call, number, sample)
            if source is not None:
                shapes += _come_over(name, source, number, _first(xs, call), y)
            elif batch == 0 and not _comes_from_aside(place.row, number):
                shapes += _enter(name, _first(xs, call), y, start, call.go_backwards)
            if batch + 1 < len(calls):
                shapes += _cross(
                    name,
                    place,
                    batch,
                    y,
                    call,
                    _start_text(place.row, calls[batch + 1], number, sample),
                )
            elif not handed_on:
                shapes += _leave(name, _last(xs, call), y, call, number)
    return shapes


def state_end(place: Place, number: int) -> tuple[str, float, float]:
    """Return the name of a state, the far side of the chip at its end in the last batch, and the height of its wire."""
    call = place.row.calls[-1]
    assert isinstance(call, RecurrentCall)
    names = state_names(place.row)
    y = wire_heights(names, place.top, place.bottom - place.top)[number]
    side = -1 if call.go_backwards else 1
    x = _last([(s.x, bool(s.hidden)) for s in place.columns[-1]], call)
    return names[number], x + side * (BOX / 2 + REACH + chip_width(_end_text(call))), y


def _comes_from_aside(row: Row, number: int) -> bool:
    source = row.starts[number].row if number < len(row.starts) else None
    return source is not None and source.aside


def _come_over(name: str, source: Place, number: int, x: float, y: float) -> list[Shape]:
    """Return the arrow from the last step of the encoder into the first step of the decoder."""
    count = len(source.row.call.states)  # type: ignore[attr-defined]
    start = wire_heights(range(count), source.top, source.bottom - source.top)[
        min(number, count - 1)
    ]
    x1, x2 = source.columns[0][-1].x + BOX / 2, x - BOX / 2
    turn = x1 + 10 + 8 * number
    middle = label(
        (x1 + x2) / 2,
        y - 5,
        name,
        name if name in ("h", "c") else "line",
        12,
        anchor="middle",
        italic=True,
    )
    points = (
        ((x1, start), (x2, y)) if start == y else ((x1, start), (turn, start), (turn, y), (x2, y))
    )
    return [Line(points, name if name in ("h", "c") else "line", weight=2.4), middle]


def _start_text(row: Row, call: RecurrentCall, number: int, sample: int) -> str:
    """Return where a state starts, read off the run: zeros, or values that came from before or from elsewhere."""
    source = row.starts[number].row if number < len(row.starts) else None
    if source is not None:
        return shorten(name_of(source) or source.title, ROOM, 11)
    start = call.initial_state[number][sample]
    if not np.any(start):
        return "0"
    return "carried" if call.stateful else "given"


def _first(xs: list[tuple[float, bool]], call: RecurrentCall) -> float:
    return xs[-1][0] if call.go_backwards else xs[0][0]


def _last(xs: list[tuple[float, bool]], call: RecurrentCall) -> float:
    return xs[0][0] if call.go_backwards else xs[-1][0]


def _between(name: str, xs: list[tuple[float, bool]], y: float, go_backwards: bool) -> list[Shape]:
    """Return the arrows from each drawn step to the next one; elided steps are passed by the dots."""
    shapes: list[Shape] = []
    for (left, from_dots), (right, to_dots) in pairwise(xs):
        x1 = left + (14 if from_dots else BOX / 2)
        x2 = right - (14 if to_dots else BOX / 2)
        shapes += draw_wire(name, x2 if go_backwards else x1, x1 if go_backwards else x2, y)
    return shapes


def _enter(name: str, x: float, y: float, text: str, go_backwards: bool) -> list[Shape]:
    side = 1 if go_backwards else -1
    edge = x + side * BOX / 2
    start = edge + side * REACH
    return draw_wire(name, start, edge, y) + draw_chip(
        text, start, y, "start" if go_backwards else "end"
    )


def _leave(name: str, x: float, y: float, call: RecurrentCall, number: int) -> list[Shape]:
    """Return the final state going out; its chip tells what becomes of it."""
    side = -1 if call.go_backwards else 1
    edge = x + side * BOX / 2
    end = edge + side * REACH
    kept = call.stateful or call.return_state
    chip = draw_chip(_end_text(call), end, y, "end" if call.go_backwards else "start")
    return draw_wire(name, edge, end, y, kept=kept) + chip


def _end_text(call: RecurrentCall) -> str:
    return "kept" if call.stateful else "returned" if call.return_state else "not kept"


def _cross(
    name: str, place: Place, batch: int, y: float, call: RecurrentCall, text: str
) -> list[Shape]:
    """Return what happens between two batches: the state crosses, or it is cut and the next one starts anew."""
    columns, following = place.columns[batch], place.columns[batch + 1]
    x1, x2 = columns[-1].x + BOX / 2, following[0].x - BOX / 2
    if call.go_backwards:
        return _leave(name, columns[0].x, y, call, 0) + _enter(name, following[-1].x, y, text, True)
    if call.stateful:
        middle = label(
            (x1 + x2) / 2, y - 5, f"{name} carried over", name, 12, anchor="middle", italic=True
        )
        return [Line(((x1, y), (x2, y)), name, weight=2.4), middle]
    if call.return_state:
        return _leave(name, columns[-1].x, y, call, 0) + _enter(
            name, following[0].x, y, text, False
        )
    cut = x1 + REACH
    shapes = draw_wire(name, x1, cut, y, kept=False)
    shapes.append(label(cut + 9, y + 4.5, "✕", "warn", 13, anchor="middle", bold=True))
    return shapes + _enter(name, following[0].x, y, text, False)
