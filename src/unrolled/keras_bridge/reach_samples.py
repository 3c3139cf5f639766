"""The samples of a call whose copies are moved, and the copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeGuard

import numpy as np

from unrolled.keras_bridge.replays import Replay
from unrolled.traces.cells import Array
from unrolled.traces.reach_moves import Recorded, cover_steps


@dataclass(frozen=True)
class Copy:
    """A copy of a sample by its number: which steps of which argument are moved in it, and how.

    steps: None where none is moved.
    """

    sample: int = 0
    place: int = -1
    steps: Array | None = None
    kind: str = ""


class Samples:
    """The samples whose copies are moved: recorded ones, then the first one with shaken numbers.

    The recorded one is the one with the fewest masked steps; others join while they read a step
    that none has read. arrays, masks: by the place of the argument, an array (samples, ...).
    recorded: what the numbers of each input among them are like. count: of the samples. numbers:
    how many one sample of the arguments has.
    """

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        chosen = _choose(replay)
        self.count = len(chosen)
        self.arrays = _pick(replay.arrays, replay.batch, chosen)
        self.masks = _pick(replay.masks, replay.batch, chosen)
        self.numbers = 0
        self.recorded: dict[int, Recorded] = {}
        # the same noise each time, so that a trace says the same twice
        rng = np.random.default_rng(0)
        for place, rows in self.arrays.items():
            self.numbers += max(1, rows[0].size)
            if place in replay.inputs:
                recorded = Recorded(replay.arrays[place])
                rows[-1] = recorded.shaken(rows[-1], rng)
                self.recorded[place] = recorded

    def kinds(self) -> list[tuple[int, str]]:
        """Return which samples are moved and how, the most telling one first."""
        shaken = self.count - 1
        # a ReLU or a maximum that hides a path in the recorded sample may show it in the shaken one
        kinds = [(shaken, "near"), (0, "up"), (0, "down"), (0, "near")]
        for sample in range(1, shaken):
            kinds += [(sample, "near"), (sample, "up")]
        return kinds

    def rows(
        self, copies: Sequence[Copy]
    ) -> tuple[list[Array], list[Array | None]]:
        """Return the arguments and their masks with a row for each of these copies."""
        # a list of numbers makes new arrays, whose rows may be written to
        numbers = [copy.sample for copy in copies]
        arrays = list(self._replay.arrays)
        for place, samples in self.arrays.items():
            arrays[place] = samples[numbers]
        masks = list(self._replay.masks)
        # a mask has the same rows as what it rides on
        for place, samples in self.masks.items():
            masks[place] = samples[numbers]
        for row, copy in enumerate(copies):
            if copy.steps is not None:
                recorded = self.recorded[copy.place]
                rows = arrays[copy.place]
                rows[row] = recorded.moved(rows[row], copy.steps, copy.kind)
        return arrays, masks


def _choose(replay: Replay) -> list[int]:
    """Return the numbers of the samples, the first one again for the one that is shaken."""
    others = dict(enumerate(replay.arrays))
    for place in replay.inputs:
        others.pop(place, None)
    # a mask that is an argument of its own
    given = [array for array in others.values() if array.dtype == bool]
    masks = [*replay.masks, *given]
    masked = _pick(masks, replay.batch, range(replay.batch))
    chosen = cover_steps(list(masked.values()), replay.batch)
    return [*chosen, chosen[0]]


def _pick(
    arrays: Sequence[Array | None], batch: int, samples: Sequence[int]
) -> dict[int, Array]:
    """Return by its place copies of these samples of each array that has a row for each sample."""
    picked: dict[int, Array] = {}
    for place, array in enumerate(arrays):
        # copies, as the last row of each is shaken
        if has_batch(array, batch):
            picked[place] = np.array(array[list(samples)])
    return picked


def has_batch(array: Array | None, batch: int) -> TypeGuard[Array]:
    """Return whether the first axis of an array is the batch."""
    if array is None:
        return False
    # a number has no first axis
    return array.shape[:1] == (batch,)
