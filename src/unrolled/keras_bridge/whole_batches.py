"""The reach of a call that mixes samples: one step after the other is moved in all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from unrolled.keras_bridge.replays import Replay
from unrolled.traces.cells import Array
from unrolled.traces.reach import any_along, count_timesteps
from unrolled.traces.reach_moves import MOVES, Recorded, find_differences

MOST = 64  # steps up to which it is worth it


def measure_whole_batch(replay: Replay, place: int) -> dict[int, Array]:
    """Return for each output the reach from the input at this place; empty where not known."""
    array = replay.arrays[place]
    before = replay.run(replay.arrays, replay.masks)
    again = replay.run(replay.arrays, replay.masks)
    others = [replay.arrays[k] for k in replay.inputs]
    lengths = [count_timesteps(output, others) for output in before]
    steps = count_timesteps(array, before)
    if steps > MOST or not array.ndim:
        return {}
    if any(moved.any() for moved in _compare(before, again, lengths)):
        return {}
    columns = [
        _move(replay, place, step, before, lengths)
        for step in np.eye(steps, dtype=bool)
    ]
    rows = zip(*columns, strict=True)
    return {number: np.stack(each, axis=1) for number, each in enumerate(rows)}


def _move(
    replay: Replay,
    place: int,
    steps: Array,
    before: Sequence[Array],
    lengths: Sequence[int],
) -> list[Array]:
    """Return for each output which of its steps these steps of the input move."""
    array = replay.arrays[place]
    recorded = Recorded(array)
    found = [np.zeros(length, bool) for length in lengths]
    for move in MOVES:
        arrays = list(replay.arrays)
        moved = [recorded.moved(sample, steps, move) for sample in array]
        arrays[place] = np.stack(moved)
        after = replay.run(arrays, replay.masks)
        for total, differs in zip(
            found, _compare(before, after, lengths), strict=True
        ):
            total |= differs
    return found


def _compare(
    before: Sequence[Array], after: Sequence[Array], lengths: Sequence[int]
) -> list[Array]:
    """Return for each output which of its steps differ in any sample."""
    found: list[Array] = []
    for first, second, length in zip(before, after, lengths, strict=True):
        moved: Array = find_differences(first, second, length)
        found.append(any_along(moved, 0)[0])
    return found
