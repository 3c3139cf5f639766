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

from collections.abc import Sequence

import numpy as np

from unrolled.keras_bridge.reach_samples import Copy, Samples
from unrolled.keras_bridge.replays import Replay, ReplayError
from unrolled.keras_bridge.whole_batches import WholeBatch
from unrolled.traces.cells import Array
from unrolled.traces.reach import Pair, any_along, count_timesteps
from unrolled.traces.reach_codes import coded_steps, decode_reach
from unrolled.traces.reach_moves import (
    MOVES,
    MixedError,
    Recorded,
    find_differences,
)
from unrolled.traces.reach_patterns import (
    complete_reach,
    grouped_steps,
    single_steps,
)

ALL = 64  # steps up to which each is moved by itself
MOST = 512  # steps up to which each is moved where no rule fits
FIXED_RUNS = 64  # runs of a batch of a fixed size that are worth it, for each way to move
CHUNK = 2**23  # numbers in the copies of one run
#: numbers in all copies for one input, up to which steps are moved in several ways
CHEAP = 2**22
BUDGET = 2**27  # numbers in all copies for one input that are worth it

_GUARD = Copy()
Matrices = dict[int, Array]
#: which steps of the argument at which place are moved together
Move = tuple[int, Array]


def measure_reach(replay: Replay) -> dict[Pair, Array]:
    """Return by (number of the output, number of the input) which step moves which.

    Each matrix is bool (output timesteps, input timesteps), 1 for a vector; a pair that cannot be
    measured is missing.
    """
    reaches: dict[Pair, Array] = {}
    for index, place in enumerate(replay.inputs):
        for number, matrix in _measure_input(replay, place).items():
            reaches[number, index] = matrix
    return reaches


def find_moved(replay: Replay) -> dict[Pair, Array]:
    """Return by (number of the output, number of the input) what moves with the whole input.

    Each matrix is bool (output timesteps, 1). A pair is missing where nothing moves, and all are
    where that cannot be measured.
    """
    try:
        return _FreeBatch(replay).move_whole_inputs()
    except (MixedError, ReplayError):
        return {}


def _measure_input(replay: Replay, place: int) -> Matrices:
    """Return for each output the reach from one input, measured in the first way that works."""
    for way in (_FreeBatch, _FixedBatch, WholeBatch):
        try:
            return way(replay).measure(place)
        except (MixedError, ReplayError):
            continue
    return {}


class _FreeBatch:
    """Moves the steps of copies of some samples, as many in one batch as fit in memory."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self._recorded = {
            place: Recorded(replay.arrays[place]) for place in replay.inputs
        }
        self._samples = Samples(replay, self._recorded)
        # whether it is known that no step is compared with each other one
        self._is_cheap = False
        self._outputs = self._run([_GUARD, _GUARD], moved=False)
        self._inputs = [replay.arrays[place] for place in replay.inputs]
        self._lengths = [
            count_timesteps(output, self._inputs) for output in self._outputs
        ]

    def measure(self, place: int) -> Matrices:
        """Return for each output the reach from the input at this place, as far as it is known."""
        if place not in self._samples.arrays:
            raise MixedError
        steps = self._count_steps(place)
        if steps > ALL:
            return self._measure_long(place, steps)
        return self._move_each(place, steps)

    def move_whole_inputs(self) -> dict[Pair, Array]:
        """Return what moves with each whole input: (output timesteps, 1), where anything does."""
        places = self._replay.inputs
        if not set(places) <= set(self._samples.arrays):
            raise MixedError
        moves = [(p, np.ones(self._count_steps(p), bool)) for p in places]
        found: dict[Pair, Array] = {}
        for number, moved in enumerate(self._move(moves)):
            for index in np.flatnonzero(moved.any(axis=1)):
                found[number, int(index)] = moved[index][:, None]
        return found

    def _count_steps(self, place: int) -> int:
        return count_timesteps(self._replay.arrays[place], self._outputs)

    def _measure_long(self, place: int, steps: int) -> Matrices:
        """Return reaches by few moves: step to step, by a rule that all obey, or by each step."""
        overlaps = {p: self._find_overlaps(p) for p in self._long_inputs()}
        halves = [share for pairs in overlaps.values() for share, _ in pairs]
        # either half of the steps moves most of what attention returns, as it compares each with
        # each: of this depends only what is worth trying
        self._is_cheap = max(halves, default=0) <= 0.5
        found: Matrices = {}
        if self._is_cheap and not all(odd for _, odd in overlaps[place]):
            found = self._read_codes(place, steps)
        if len(found) < len(self._lengths):
            found |= self._fit_rules(place, steps)
        if len(found) < len(self._lengths) and steps <= MOST:
            return self._move_each(place, steps)
        return found

    def _long_inputs(self) -> list[int]:
        """Return the places of the inputs that have too many steps to move each by itself."""
        places = [p for p in self._replay.inputs if p in self._samples.arrays]
        return [p for p in places if self._count_steps(p) > ALL]

    def _find_overlaps(self, place: int) -> list[tuple[float, float]]:
        """Return for each output which share of it moves with both halves of the steps.

        And which share moves with both the even and the odd ones.
        """
        groups = coded_steps(self._count_steps(place))
        moves = [(place, steps) for steps in (*groups[-1], *groups[0])]
        shares: list[tuple[float, float]] = []
        for first, second, even, odd in self._move(moves):
            halves, parts = first & second, even & odd
            shares.append((float(halves.mean()), float(parts.mean())))
        return shares

    def _read_codes(self, place: int, steps: int) -> Matrices:
        """Return the reach of each output of which each step reads one step at most."""
        groups = coded_steps(steps)
        moves = [(place, group) for pair in groups for group in pair]
        found: Matrices = {}
        for number, moved in enumerate(self._move(moves, all_kinds=True)):
            pairs = moved.reshape(len(groups), 2, -1)
            reach = decode_reach(pairs, steps)
            if reach is not None:
                found[number] = reach
        return found

    def _fit_rules(self, place: int, steps: int) -> Matrices:
        """Return the reach of each output where a rule explains what a part of the steps moves."""
        singles, groups = single_steps(steps), grouped_steps(steps)
        count = len(singles)
        sets = np.concatenate([np.eye(steps, dtype=bool)[singles], groups])
        found: Matrices = {}
        for number, moved in enumerate(self._move([(place, s) for s in sets])):
            reach = complete_reach(
                steps, singles, moved[:count], groups, moved[count:]
            )
            if reach is not None:
                found[number] = reach
        return found

    def _move_each(self, place: int, steps: int) -> Matrices:
        """Move each step by itself; return for each output (output timesteps, steps)."""
        moves = [(place, step) for step in np.eye(steps, dtype=bool)]
        return {
            number: moved.T for number, moved in enumerate(self._move(moves))
        }

    def _move(
        self, moves: Sequence[Move], *, all_kinds: bool = False
    ) -> list[Array]:
        """Return for each output (moves, output timesteps), what moved in any sample.

        all_kinds: whether steps are moved in several ways whatever it costs.
        """
        numbers = self._count_numbers(moves)
        kinds = self._list_kinds()
        # where samples are masked, the others read steps that the first one does not
        if not all_kinds and self._samples.count == 2:
            kinds = kinds[: max(1, CHEAP // (len(moves) * numbers))]
        copies = [
            Copy(sample, place, steps, move)
            for sample, move in kinds
            for place, steps in moves
        ]
        size = self._size(len(copies), numbers)
        starts = range(0, len(copies), size)
        parts = [self._compare(copies[k : k + size]) for k in starts]
        found: list[Array] = []
        for rows in zip(*parts, strict=True):
            moved = np.concatenate(rows)
            by_kind = moved.reshape(len(kinds), len(moves), -1)
            found.append(any_along(by_kind, 0)[0])
        return found

    def _count_numbers(self, moves: Sequence[Move]) -> int:
        """Return about how many numbers one copy needs; attention compares each step with each."""
        numbers = self._samples.numbers
        for output in self._outputs:
            numbers += output[0].size
        if self._is_cheap:
            return numbers
        steps = max(len(steps) for _, steps in moves)
        return numbers + steps * max(self._lengths, default=1)

    def _list_kinds(self) -> list[tuple[int, str]]:
        """Return which samples are moved and how, the most telling one first."""
        last = self._samples.count - 1
        kinds = [(last, "near"), (0, "up"), (0, "down"), (0, "near")]
        for sample in range(1, last):
            kinds += [(sample, "near"), (sample, "up")]
        return kinds

    def _compare(self, copies: Sequence[Copy]) -> list[Array]:
        """Return for each output which steps of each copy moved; the guards must not."""
        guarded = [_GUARD, *copies, _GUARD]
        before = self._run(guarded, moved=False)
        after = self._run(guarded, moved=True)
        moved = list(map(find_differences, before, after, self._lengths))
        if any(rows[[0, -1]].any() for rows in moved):
            raise MixedError
        return [rows[1:-1] for rows in moved]

    def _run(self, copies: Sequence[Copy], *, moved: bool) -> list[Array]:
        """Run the call with a row for each copy; return what it returns of them."""
        arrays, masks = self._samples.rows([copy.sample for copy in copies])
        for row, copy in enumerate(copies):
            if moved and copy.steps is not None:
                rows, recorded = arrays[copy.place], self._recorded[copy.place]
                rows[row] = recorded.moved(rows[row], copy.steps, copy.move)
        outputs = self._replay.run(arrays, masks)
        for output in outputs:
            if not output.ndim or len(output) != len(copies):
                raise MixedError
        return outputs

    def _size(self, count: int, numbers: int) -> int:
        """Return how many of the copies go into one run. numbers: in one copy."""
        if count * numbers > BUDGET:
            raise MixedError
        return max(1, min(count, CHUNK // numbers))


class _FixedBatch(_FreeBatch):
    """Runs batches that are as long as the recorded one."""

    def _size(self, count: int, numbers: int) -> int:
        size = self._replay.batch - 2  # two of them are not moved
        if size < 1 or count > size * FIXED_RUNS * len(MOVES):
            raise MixedError
        if count * numbers > BUDGET:
            raise MixedError
        return size

    def _run(self, copies: Sequence[Copy], *, moved: bool) -> list[Array]:
        added = [_GUARD] * (self._replay.batch - len(copies))
        filled = [*copies[:-1], *added, *copies[-1:]]
        outputs = super()._run(filled, moved=moved)
        last = len(copies) - 1
        return [np.concatenate([o[:last], o[-1:]]) for o in outputs]
