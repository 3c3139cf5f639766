"""Measure which timestep of what a call reads moves which timestep of what it returns.

The call is made twice again, on as many copies of a sample as there are steps to move: first as
recorded, then with one step moved in each copy. Both runs have the same shapes, and so round alike:
what differs at all has been moved. Steps are moved far up, far down and a little, in a recorded
sample and in one whose numbers have been shaken, so that a ReLU that is off, a maximum or a zero
beside it does not hide a path. Whole numbers become other ones of those recorded. What cannot be
run so (a fixed batch size, samples that are mixed) is measured step by step on the recorded batch.
What raises then too has no reach: nothing is claimed. It is measured when it is first asked for,
with the weights that the layer has then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from unrolled.keras_bridge.replays import Replay, ReplayError
from unrolled.traces.cells import Array
from unrolled.traces.reach import Pair, any_along, count_timesteps
from unrolled.traces.reach_moves import (
    MOVES,
    MixedError,
    Recorded,
    cover_steps,
    find_differences,
)
from unrolled.traces.reach_patterns import (
    complete_reach,
    grouped_steps,
    single_steps,
)

ALL = 64  # steps up to which each is moved by itself
MOST = 512  # steps up to which each is moved where no rule fits
STEP_BY_STEP = 64  # runs of the recorded batch that are worth it
CHUNK = 2**23  # numbers in the copies of one run
CHEAP = (
    2**22
)  # numbers in all copies for one input, up to which steps are moved in several ways
BUDGET = 2**27  # numbers in all copies for one input that are worth it


@dataclass(frozen=True)
class _Copy:
    """A copy of a sample by its number: which steps of which argument are moved in it, and how."""

    sample: int = 0
    place: int = -1
    steps: Array | None = None
    move: str = ""


_GUARD = _Copy()


def measure_reach(replay: Replay) -> dict[Pair, Array]:
    """Return by (number of the output, number of the input) which step moves which.

    Each matrix is bool (output timesteps, input timesteps), 1 for a vector; a pair that cannot be
    measured is missing.
    """
    reaches: dict[Pair, Array] = {}
    for index, place in enumerate(replay.inputs):
        for number, matrix in _measure_input(replay, place).items():
            if matrix is not None:
                reaches[number, index] = matrix
    return reaches


def _measure_input(replay: Replay, place: int) -> dict[int, Array | None]:
    """Return for each output the reach from one input, measured in the first way that works."""
    for way in (_FreeBatch, _FixedBatch, _WholeBatch):
        try:
            return way(replay).measure(place)
        except (MixedError, ReplayError):
            continue
    return {}


class _Copies:
    """Moves the steps of copies of some samples, many in one batch."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self._recorded = {
            place: Recorded(replay.arrays[place]) for place in replay.inputs
        }
        self._samples = _Samples(replay, self._recorded)
        self._returned = 0

    def measure(self, place: int) -> dict[int, Array | None]:
        """Return for each output the reach from the input at this place; None where not known."""
        array = self._replay.arrays[place]
        if place not in self._samples.arrays:
            raise MixedError
        outputs = self._run([_GUARD, _GUARD], moved=False)
        self._returned = sum(output[0].size for output in outputs)
        others = [self._replay.arrays[k] for k in self._replay.inputs]
        steps = count_timesteps(array, outputs)
        lengths = [count_timesteps(output, others) for output in outputs]
        if steps > ALL:
            return self._measure_long(place, steps, lengths)
        return dict(enumerate(self._move_each(place, steps, lengths)))

    def _measure_long(
        self, place: int, steps: int, lengths: Sequence[int]
    ) -> dict[int, Array | None]:
        """Return reaches by a rule that all moves obey; without one by each step, up to MOST."""
        singles, groups = single_steps(steps), grouped_steps(steps)
        count = len(singles)
        sets = np.concatenate([np.eye(steps, dtype=bool)[singles], groups])
        found = {
            number: complete_reach(
                steps, singles, moved[:count], groups, moved[count:]
            )
            for number, moved in enumerate(self._move(place, sets, lengths))
        }
        if steps > MOST or all(matrix is not None for matrix in found.values()):
            return found
        return dict(enumerate(self._move_each(place, steps, lengths)))

    def _move_each(
        self, place: int, steps: int, lengths: Sequence[int]
    ) -> list[Array]:
        """Move each step by itself; return for each output (output timesteps, steps)."""
        return [
            m.T for m in self._move(place, np.eye(steps, dtype=bool), lengths)
        ]

    def _move(
        self, place: int, sets: Array, lengths: Sequence[int]
    ) -> list[Array]:
        """Move each set of steps; return for each output (sets, output timesteps), what moved."""
        kinds = self._kinds(len(sets), self._numbers(place, lengths))
        copies = [
            _Copy(k, place, steps, move) for k, move in kinds for steps in sets
        ]
        size = self._size(len(copies), self._numbers(place, lengths))
        parts = [
            self._compare(copies[start : start + size], lengths)
            for start in range(0, len(copies), size)
        ]
        moved: list[Array] = []
        for rows in zip(*parts, strict=True):
            by_kind = np.concatenate(rows).reshape(
                len(kinds), len(sets), rows[0].shape[1]
            )
            moved.append(any_along(by_kind, 0)[0])
        return moved

    def _numbers(self, place: int, lengths: Sequence[int]) -> int:
        """Return about how many numbers one copy needs; attention compares each step with each."""
        steps = count_timesteps(self._replay.arrays[place], [])
        return (
            self._samples.numbers
            + self._returned
            + steps * max(lengths, default=1)
        )

    def _kinds(self, sets: int, numbers: int) -> list[tuple[int, str]]:
        """Return which samples are moved and how, the more the cheaper it is."""
        last = self._samples.count - 1
        kinds = [(last, "near"), (0, "up"), (0, "down"), (0, "near")]
        kinds += [(k, move) for k in range(1, last) for move in ("near", "up")]
        if last > 1:
            # the others read steps that are masked in the first one
            return kinds
        return kinds[: max(1, CHEAP // (sets * numbers))]

    def _compare(
        self, copies: Sequence[_Copy], lengths: Sequence[int]
    ) -> list[Array]:
        """Return for each output which steps of each copy moved; the guards must not."""
        guarded = [_GUARD, *copies, _GUARD]
        before, after = (
            self._run(guarded, moved=False),
            self._run(guarded, moved=True),
        )
        moved = [
            find_differences(*pair)
            for pair in zip(before, after, lengths, strict=True)
        ]
        if any(rows[[0, -1]].any() for rows in moved):
            raise MixedError
        return [rows[1:-1] for rows in moved]

    def _run(self, copies: Sequence[_Copy], *, moved: bool) -> list[Array]:
        """Run the call with a row for each copy; return what it returns of them."""
        arrays, masks = self._samples.rows([copy.sample for copy in copies])
        for row, copy in enumerate(copies):
            if moved and copy.steps is not None:
                rows = arrays[copy.place]
                rows[row] = self._recorded[copy.place].moved(
                    rows[row], copy.steps, copy.move
                )
        outputs = self._replay.run(arrays, masks)
        if any(
            not output.ndim or len(output) != len(copies) for output in outputs
        ):
            raise MixedError
        return outputs

    def _size(self, count: int, numbers: int) -> int:
        """Return how many of the copies go into one run. numbers: in one copy."""
        raise NotImplementedError


class _FreeBatch(_Copies):
    """Runs as many copies at once as fit in memory."""

    def _size(self, count: int, numbers: int) -> int:
        if count * numbers > BUDGET:
            raise MixedError
        return max(1, min(count, CHUNK // numbers))


class _FixedBatch(_Copies):
    """Runs batches that are as long as the recorded one."""

    def _size(self, count: int, numbers: int) -> int:
        size = self._replay.batch - 2  # two of them are not moved
        if (
            size < 1
            or count > size * STEP_BY_STEP * len(MOVES)
            or count * numbers > BUDGET
        ):
            raise MixedError
        return size

    def _run(self, copies: Sequence[_Copy], *, moved: bool) -> list[Array]:
        added = [_GUARD] * (self._replay.batch - len(copies))
        outputs = super()._run(
            [*copies[:-1], *added, *copies[-1:]], moved=moved
        )
        last = len(copies) - 1
        return [np.concatenate([o[:last], o[-1:]]) for o in outputs]


class _WholeBatch:
    """Moves one step after the other in all samples of the recorded batch: samples may be mixed."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay

    def measure(self, place: int) -> dict[int, Array | None]:
        """Return for each output the reach from the input at this place."""
        array = self._replay.arrays[place]
        before = self._replay.run(self._replay.arrays, self._replay.masks)
        again = self._replay.run(self._replay.arrays, self._replay.masks)
        others = [self._replay.arrays[k] for k in self._replay.inputs]
        steps = count_timesteps(array, before)
        lengths = [count_timesteps(output, others) for output in before]
        if steps > STEP_BY_STEP or not array.ndim:
            return {}
        if any(
            find_differences(*pair).any()
            for pair in zip(before, again, lengths, strict=True)
        ):
            return {}
        columns = [
            self._move(place, step, steps, before, lengths)
            for step in range(steps)
        ]
        rows = zip(*columns, strict=True)
        return {
            number: np.stack(each, axis=1) for number, each in enumerate(rows)
        }

    def _move(
        self,
        place: int,
        step: int,
        steps: int,
        before: Sequence[Array],
        lengths: Sequence[int],
    ) -> list[Array]:
        """Return for each output which of its steps one step of the input moves."""
        array = self._replay.arrays[place]
        recorded = Recorded(array)
        one = np.arange(steps) == step
        moved: list[Array] = [np.zeros(length, bool) for length in lengths]
        for move in MOVES:
            arrays = list(self._replay.arrays)
            arrays[place] = np.stack(
                [recorded.moved(sample, one, move) for sample in array]
            )
            after = self._replay.run(arrays, self._replay.masks)
            for number, length in enumerate(lengths):
                differs = find_differences(
                    before[number], after[number], length
                )
                moved[number] |= differs.any(axis=0)
        return moved


class _Samples:
    """The samples whose copies are moved: recorded ones, then the first one with shaken numbers.

    The recorded one is the one with the fewest masked steps; others join while they read a step
    that none has read. arrays, masks: by the place of the argument, an array (samples, ...).
    """

    def __init__(
        self, replay: Replay, recorded: Mapping[int, Recorded]
    ) -> None:
        self._replay = replay
        batch = replay.batch
        chosen = self._choose(batch)
        self.arrays = _pick(replay.arrays, batch, chosen)
        self.masks = _pick(replay.masks, batch, chosen)
        self.count = len(chosen)
        rng = np.random.default_rng(0)
        for place in replay.inputs:
            if place in self.arrays:
                rows = self.arrays[place]
                rows[-1] = recorded[place].shaken(rows[-1], rng)

    @property
    def numbers(self) -> int:
        """How many numbers one sample of the arguments has."""
        return sum(max(1, array[0].size) for array in self.arrays.values())

    def rows(
        self, numbers: Sequence[int]
    ) -> tuple[list[Array], list[Array | None]]:
        """Return the arguments and their masks with a row for each of these samples."""
        arrays = list(self._replay.arrays)
        for place, samples in self.arrays.items():
            arrays[place] = samples[list(numbers)]
        masks = list(self._replay.masks)
        for place, samples in self.masks.items():
            masks[place] = samples[list(numbers)]
        return arrays, masks

    def _choose(self, batch: int) -> list[int]:
        masks = [
            m for m in self._replay.masks if m is not None and len(m) == batch
        ]
        masks += [
            array
            for place, array in enumerate(self._replay.arrays)
            if place not in self._replay.inputs and _is_flags(array, batch)
        ]
        chosen = cover_steps(masks, batch)
        return [*chosen, chosen[0]]


def _is_flags(array: Array, batch: int) -> bool:
    return array.dtype == bool and array.ndim > 0 and len(array) == batch


def _pick(
    arrays: Sequence[Array | None], batch: int, chosen: Sequence[int]
) -> dict[int, Array]:
    """Return these samples of each array that has the axis batch, by its place."""
    return {
        place: np.array(array[list(chosen)])
        for place, array in enumerate(arrays)
        if array is not None and array.ndim > 0 and len(array) == batch
    }
