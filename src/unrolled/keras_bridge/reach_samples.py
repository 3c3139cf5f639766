"""The samples of a call whose copies are moved, and the copies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from unrolled.keras_bridge.replays import Replay
from unrolled.traces.cells import Array
from unrolled.traces.reach_moves import Recorded, cover_steps


@dataclass(frozen=True)
class Copy:
    """A copy of a sample by its number: which steps of which argument are moved in it, and how."""

    sample: int = 0
    place: int = -1
    steps: Array | None = None
    move: str = ""


class Samples:
    """The samples whose copies are moved: recorded ones, then the first one with shaken numbers.

    The recorded one is the one with the fewest masked steps; others join while they read a step
    that none has read. arrays, masks: by the place of the argument, an array (samples, ...).
    """

    def __init__(
        self, replay: Replay, recorded: Mapping[int, Recorded]
    ) -> None:
        self._replay = replay
        chosen = _choose(replay)
        self.count = len(chosen)
        self.arrays: dict[int, Array] = {}
        self.masks: dict[int, Array] = {}
        #: how many numbers one sample of the arguments has
        self.numbers = 0
        rng = np.random.default_rng(0)
        for place, array in enumerate(replay.arrays):
            if not has_batch(array, replay.batch):
                continue
            rows = np.array(array[chosen])
            if place in replay.inputs:
                rows[-1] = recorded[place].shaken(rows[-1], rng)
            self.arrays[place] = rows
            self.numbers += max(1, rows[0].size)
        for place, mask in enumerate(replay.masks):
            if has_batch(mask, replay.batch):
                self.masks[place] = np.array(mask[chosen])

    def rows(
        self, numbers: Sequence[int]
    ) -> tuple[list[Array], list[Array | None]]:
        """Return the arguments and their masks with a row for each of these samples."""
        rows = list(numbers)
        arrays = list(self._replay.arrays)
        for place, samples in self.arrays.items():
            arrays[place] = samples[rows]
        masks = list(self._replay.masks)
        for place, samples in self.masks.items():
            masks[place] = samples[rows]
        return arrays, masks


def _choose(replay: Replay) -> list[int]:
    """Return the numbers of the samples, the first one again for the one that is shaken."""
    flags = [
        array
        for place, array in enumerate(replay.arrays)
        if place not in replay.inputs and array.dtype == bool
    ]
    masks = [
        mask
        for mask in [*replay.masks, *flags]
        if has_batch(mask, replay.batch)
    ]
    chosen = cover_steps(masks, replay.batch)
    return [*chosen, chosen[0]]


def has_batch(array: Array | None, batch: int) -> TypeGuard[Array]:
    """Return whether the first axis of an array is the batch."""
    if array is None or not array.ndim:
        return False
    return len(array) == batch
