"""The reach of a call that mixes samples: one step after the other is moved in all of them."""

from __future__ import annotations

from collections.abc import Sequence

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
        inputs = [replay.arrays[place] for place in replay.inputs]
        self._lengths = [count_timesteps(o, inputs) for o in self._before]

    def measure(self, place: int) -> dict[int, Array]:
        """Return for each output the reach from the input at this place; empty where not known."""
        array = self._replay.arrays[place]
        steps = count_timesteps(array, self._before)
        if steps > MOST or not array.ndim:
            return {}
        if any(map(np.any, self._compare(self._replay.arrays))):
            # what is never the same tells nothing
            return {}
        columns = [
            self._move(place, step) for step in np.eye(steps, dtype=bool)
        ]
        rows = zip(*columns, strict=True)
        return {
            number: np.stack(each, axis=1) for number, each in enumerate(rows)
        }

    def _move(self, place: int, steps: Array) -> list[Array]:
        """Return for each output which of its steps these steps of the input move."""
        array = self._replay.arrays[place]
        recorded = Recorded(array)
        found = [np.zeros(length, bool) for length in self._lengths]
        for move in MOVES:
            arrays = list(self._replay.arrays)
            moved = [recorded.moved(sample, steps, move) for sample in array]
            arrays[place] = np.stack(moved)
            found = list(map(np.logical_or, found, self._compare(arrays)))
        return found

    def _compare(self, arrays: Sequence[Array]) -> list[Array]:
        """Return for each output which of its steps differ in any sample with these arguments."""
        after = self._replay.run(arrays, self._replay.masks)
        differs = map(find_differences, self._before, after, self._lengths)
        return [any_along(moved, 0)[0] for moved in differs]
