"""The reach of a call that mixes samples: one step after the other is moved in all of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from unrolled.keras_bridge.replays import Replay
from unrolled.traces.cells import Array
from unrolled.traces.reach import any_along, count_timesteps
from unrolled.traces.reach_moves import MOVES, Recorded, find_differences

MOST = 64  # steps up to which it is worth it


class WholeBatch:
    """Moves one step after the other in all samples of the recorded batch: samples may be mixed."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self._before = replay.run(replay.arrays, replay.masks)
        inputs = list(map(replay.arrays.__getitem__, replay.inputs))
        count = partial(count_timesteps, partners=inputs)
        self._lengths = list(map(count, self._before))

    def measure(self, place: int) -> dict[int, Array]:
        """Return for each output the reach from the input at this place; empty where not known."""
        array = self._replay.arrays[place]
        steps = count_timesteps(array, self._before)
        if steps > MOST or not array.ndim:
            return {}
        if any(map(np.any, self._compare(self._replay.arrays))):
            # what is never the same tells nothing
            return {}
        # of each step of the input what it moves in each output
        move = partial(self._move, place)
        columns = map(move, np.eye(steps, dtype=bool))
        rows = zip(*columns, strict=True)
        reaches = map(partial(np.stack, axis=1), rows)
        return dict(enumerate(reaches))

    def _move(self, place: int, steps: Array) -> list[Array]:
        """Return for each output which of its steps these steps of the input move."""
        array = self._replay.arrays[place]
        recorded = Recorded(array)
        nothing = partial(np.zeros, dtype=bool)
        found = list(map(nothing, self._lengths))
        for move in MOVES:
            arrays = list(self._replay.arrays)
            moved = [recorded.moved(sample, steps, move) for sample in array]
            arrays[place] = np.stack(moved)
            differs = self._compare(arrays)
            found = list(map(np.logical_or, found, differs))
        return found

    def _compare(self, arrays: Sequence[Array]) -> list[Array]:
        """Return for each output which of its steps differ in any sample with these arguments."""
        after = self._replay.run(arrays, self._replay.masks)
        found: list[Array] = []
        # what is never the same may return more or fewer
        for before, now, length in zip(
            self._before, after, self._lengths, strict=False
        ):
            differs = find_differences(before, now, length)
            in_any_sample = any_along(differs, 0)
            found.append(in_any_sample[0])
        return found
