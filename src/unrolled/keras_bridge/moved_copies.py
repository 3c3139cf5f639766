"""Copies of samples in which steps are moved: run, and compared with the same copies unmoved."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from operator import attrgetter

import numpy as np

from unrolled.keras_bridge.reach_samples import Copy, Samples, has_batch
from unrolled.keras_bridge.replays import Replay
from unrolled.traces.cells import Array
from unrolled.traces.reach import any_along, count_timesteps
from unrolled.traces.reach_moves import MOVES, MixedError, find_differences

FIXED_RUNS = 64  # runs of a batch of a fixed size that are worth it, for each way to move
CHUNK = 2**23  # numbers in the copies of one run
#: numbers in all copies for one input, up to which steps are moved in several ways
CHEAP = 2**22
BUDGET = 2**27  # numbers in all copies for one input that are worth it

_GUARD = Copy()
#: which steps of the argument at which place are moved together
Move = tuple[int, Array]


class FreeBatches:
    """Runs a call on copies of some samples, as many in one batch as fit in memory.

    timesteps: how many each of those inputs has that have a row for each sample, by its place.
    lengths: how many each output has. is_cheap: whether it is known that no step is compared with
    each other one.
    """

    def __init__(self, replay: Replay) -> None:
        self.is_cheap = False
        self._replay = replay
        self._samples = Samples(replay)
        self._outputs = self._run([_GUARD, _GUARD])
        inputs = list(map(replay.arrays.__getitem__, replay.inputs))
        # in one copy of what is read and returned
        self._numbers = self._samples.numbers
        self.lengths: list[int] = []
        for output in self._outputs:
            self._numbers += output[0].size
            self.lengths.append(count_timesteps(output, inputs))
        self.timesteps: dict[int, int] = {}
        for place in self._samples.recorded:
            array = replay.arrays[place]
            self.timesteps[place] = count_timesteps(array, self._outputs)

    def move_steps(
        self, place: int, groups: Array, *, all_kinds: bool = False
    ) -> list[Array]:
        """Return for each output (groups, output timesteps), which steps each group moved.

        groups: bool (groups, timesteps), the steps of the argument at this place that are moved
        together. all_kinds: as for ``move``.
        """
        moves = [(place, steps) for steps in groups]
        return self.move(moves, all_kinds=all_kinds)

    def move(
        self, moves: Sequence[Move], *, all_kinds: bool = False
    ) -> list[Array]:
        """Return for each output (moves, output timesteps), what moved in any sample.

        all_kinds: whether steps are moved in several ways whatever it costs.
        """
        numbers = self._count_numbers(moves)
        kinds = self._samples.kinds()
        # where samples are masked, the others read steps that the first one does not
        is_alone = self._samples.count == 2
        if is_alone and not all_kinds:
            affordable = CHEAP // (len(moves) * numbers)
            kinds = kinds[: max(1, affordable)]
        copies: list[Copy] = []
        for (sample, kind), move in product(kinds, moves):
            place, steps = move
            copies.append(Copy(sample, place, steps, kind))
        if len(copies) * numbers > BUDGET:
            raise MixedError
        size = self._size(len(copies), numbers)
        parts: list[list[Array]] = []
        for start in range(0, len(copies), size):
            part = copies[start : start + size]
            parts.append(self._compare(part))
        found: list[Array] = []
        for rows in zip(*parts, strict=True):
            moved = np.concatenate(rows)
            # a step that moves in one way, or in one sample, is a step that may move
            by_kind = moved.reshape(len(kinds), len(moves), -1)
            found.append(any_along(by_kind, 0)[0])
        return found

    def _count_numbers(self, moves: Sequence[Move]) -> int:
        """Return about how many numbers one copy needs; attention compares each step with each."""
        if self.is_cheap:
            return self._numbers
        _, steps = zip(*moves, strict=True)
        read = max(map(len, steps))
        made = max(self.lengths, default=1)
        return self._numbers + read * made

    def _size(self, count: int, numbers: int) -> int:
        """Return how many of the copies go into one run. numbers: in one copy."""
        most = CHUNK // numbers
        return max(1, min(count, most))

    def _compare(self, copies: Sequence[Copy]) -> list[Array]:
        """Return for each output which steps of each copy moved; the guards must not."""
        guarded = [_GUARD, *copies, _GUARD]
        # the same samples with no step moved
        samples = map(attrgetter("sample"), guarded)
        unmoved = list(map(Copy, samples))
        # both runs have the same shapes, and so round alike
        before = self._run(unmoved)
        after = self._run(guarded)
        found: list[Array] = []
        for moved in map(find_differences, before, after, self.lengths):
            guards = moved[[0, -1]]
            if guards.any():
                # nothing was moved there: it comes from another sample, or is never the same
                raise MixedError
            found.append(moved[1:-1])
        return found

    def _run(self, copies: Sequence[Copy]) -> list[Array]:
        """Run the call with a row for each copy; return what it returns of them."""
        arrays, masks = self._samples.rows(copies)
        outputs = self._replay.run(arrays, masks)
        for output in outputs:
            # what has no row for each copy does not tell which copy moved it
            if not has_batch(output, len(copies)):
                raise MixedError
        return outputs


class FixedBatches(FreeBatches):
    """Runs batches that are as long as the recorded one."""

    def _size(self, count: int, numbers: int) -> int:
        # the first and the last row are guards
        size = self._replay.batch - 2
        worth_it = size * FIXED_RUNS * len(MOVES)
        if size < 1 or count > worth_it:
            raise MixedError
        return size

    def _run(self, copies: Sequence[Copy]) -> list[Array]:
        missing = self._replay.batch - len(copies)
        # more guards fill the batch, and are taken out of what it returns
        filled = [*copies[:-1], *[_GUARD] * missing, *copies[-1:]]
        last = len(copies) - 1
        outputs: list[Array] = []
        for output in super()._run(filled):
            kept = [output[:last], output[-1:]]
            outputs.append(np.concatenate(kept))
        return outputs
