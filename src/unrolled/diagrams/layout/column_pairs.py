"""Which column of one row gives to which column of another: straight up, in windows, turned round, gathered, spread."""

from __future__ import annotations

from collections.abc import Sequence

from unrolled.diagrams.layout.grids import Slot
from unrolled.diagrams.layout.places import Place, end_of
from unrolled.diagrams.rows.receptive_fields import find_reach
from unrolled.scenes.shapes import Line, Shape
from unrolled.traces.calls import BidirectionalCall, RecurrentCall

Pair = tuple[Slot, Slot]
MOST = 5  # steps of a window that all get an arrow; of a longer one the first and the last


def pair(source: Place, place: Place, batch: int) -> list[Pair]:
    """Return the columns to join by arrows."""
    ups, downs = source.columns[batch], place.columns[batch]
    labels = place.row.kind == "labels"
    if source.row.kind == "plain" and place.row.timesteps and not labels:
        left, right = source.columns[batch][0].x, source.columns[batch][-1].x
        return [
            (Slot(d.x if left <= d.x <= right else source.center(batch), None), d)
            for d in _drawn(downs)
        ]
    if "plain" in (source.row.kind, place.row.kind):
        return [_between(source, place, batch)]
    if place.row.call.layer_class == "GetItem" and source.row.returns_steps and not labels:
        return _picked(ups, downs, place.row.call.config.get("key"), source.row.timesteps or 0)
    if not source.row.returns_steps:
        ups = [end_of(source, batch)]
    elif place.row.timesteps and source.row.timesteps and not labels:
        reach = find_reach(place.row.call, source.row.timesteps)
        if reach is not None:
            return _windows(ups, downs, reach)
        if source.row.timesteps != place.row.timesteps:
            return [_between(source, place, batch)]
    ups, downs = _drawn(ups), _drawn(downs)
    if labels and place.row.fits and source.row.returns_steps and not place.row.returns_steps:
        return [
            (u, downs[-1]) for u in ups
        ]  # a loss that pairs them in a way of its own reads every step
    if labels:
        return [(u, d) for u in ups for d in downs if u.x == d.x]
    if _is_turned(source) and len(downs) > 1:
        last = (source.row.timesteps or 1) - 1
        return [
            (u, d)
            for u in ups
            for d in downs
            if u.t is not None and d.t is not None and u.t == last - d.t
        ]
    if len(ups) == len(downs):
        return list(zip(ups, downs, strict=True))
    return [(u, downs[0]) for u in ups] if len(downs) == 1 else [(ups[-1], d) for d in downs]


def dropped(source: Place) -> list[Shape]:
    """Return the outputs that a layer computes and drops, as ghosts."""
    if source.row.kind != "recurrent" or source.row.returns_steps:
        return []
    return [
        Line(((s.x, source.top - 2), (s.x, source.top - 30)), "ghost", weight=1.2, dashed=True)
        for batch in range(len(source.columns))
        for s in _drawn(source.columns[batch])
        if s.x != end_of(source, batch).x
    ]


def _windows(
    ups: Sequence[Slot], downs: Sequence[Slot], reach: Sequence[Sequence[int]]
) -> list[Pair]:
    """Return the arrows of a local layer; the steps that are left out stand for those they hide."""
    pairs: list[Pair] = []
    for down in downs:
        if down.t is None or down.t >= len(reach):
            continue
        steps = reach[down.t]
        picked = list(steps) if len(steps) <= MOST else [steps[0], steps[-1]]
        found = {s.x: s for t in picked for s in ups if _stands_for(s, t, ups)}
        pairs += [(s, down) for s in found.values()]
    return pairs


def _picked(ups: Sequence[Slot], downs: Sequence[Slot], key: object, steps: int) -> list[Pair]:
    """Return the arrows from the steps that an index or a slice takes."""
    time = (
        key[1]
        if isinstance(key, (tuple, list)) and len(key) > 1 and isinstance(key[1], (int, slice))
        else slice(None)
    )
    taken = range(steps)[time]
    if isinstance(taken, int):
        return [(s, downs[0]) for s in ups if _stands_for(s, taken, ups)]
    return _windows(ups, downs, [[t] for t in taken])


def _stands_for(slot: Slot, t: int, slots: Sequence[Slot]) -> bool:
    if slot.t is not None:
        return slot.t == t
    known = [s.t for s in slots if s.t is not None]
    return t not in known


def _is_turned(source: Place) -> bool:
    """Tell whether a layer returns its last step first; Bidirectional turns its backward half round itself."""
    call = source.row.call
    if (
        not isinstance(call, RecurrentCall)
        or not call.go_backwards
        or source.row.kind != "recurrent"
    ):
        return False
    if isinstance(call.parent, RecurrentCall):
        # cells of one layer work on the same step; the last one returns what the layer does
        return call is call.parent.inside[-1] and not isinstance(
            call.parent.parent, BidirectionalCall
        )
    return not isinstance(call.parent, BidirectionalCall)


def _between(source: Place, place: Place, batch: int) -> Pair:
    """Return one arrow between two rows whose columns have nothing to do with each other."""
    left = max(source.columns[batch][0].x, place.columns[batch][0].x)
    right = min(source.columns[batch][-1].x, place.columns[batch][-1].x)
    if left <= right:
        x = (left + right) / 2
        return Slot(x, None), Slot(x, None)
    return Slot(source.center(batch), None), Slot(place.center(batch), None)


def _drawn(slots: Sequence[Slot]) -> list[Slot]:
    return [s for s in slots if not s.hidden]
