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

import numpy as np

from unrolled.keras_bridge.moved_copies import FixedBatches, FreeBatches
from unrolled.keras_bridge.replays import Replay, ReplayError
from unrolled.keras_bridge.whole_batches import WholeBatch
from unrolled.traces.cells import Array
from unrolled.traces.reach import Pair
from unrolled.traces.reach_codes import coded_steps, decode_reach
from unrolled.traces.reach_moves import MixedError
from unrolled.traces.reach_patterns import (
    complete_reach,
    grouped_steps,
    single_steps,
)

ALL = 64  # steps up to which each is moved by itself
MOST = 512  # steps up to which each is moved where no rule fits

#: the reach of each output from one input, by the number of the output
Matrices = dict[int, Array]


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
        return _move_whole_inputs(replay)
    except (MixedError, ReplayError):
        return {}


def _move_whole_inputs(replay: Replay) -> dict[Pair, Array]:
    """Return what moves with each whole input: (output timesteps, 1), where anything does."""
    batches = FreeBatches(replay)
    if batches.timesteps.keys() != set(replay.inputs):
        # an input without a row for each sample cannot be moved in one of them
        raise MixedError
    moves: list[tuple[int, Array]] = []
    for place in replay.inputs:
        all_steps = np.ones(batches.timesteps[place], bool)
        moves.append((place, all_steps))
    found: dict[Pair, Array] = {}
    for number, moved in enumerate(batches.move(moves)):
        # one row for each input: (inputs, output timesteps)
        moving = np.flatnonzero(moved.any(axis=1))
        for index in moving.tolist():
            found[number, index] = moved[index][:, None]
    return found


def _measure_input(replay: Replay, place: int) -> Matrices:
    """Return for each output the reach from one input, measured in the first way that works."""
    # the way that takes the fewest runs comes first
    for kind in (FreeBatches, FixedBatches):
        try:
            return _measure_steps(kind(replay), place)
        except (MixedError, ReplayError):
            continue
    try:
        return WholeBatch(replay).measure(place)
    except (MixedError, ReplayError):
        return {}


def _measure_steps(batches: FreeBatches, place: int) -> Matrices:
    """Return for each output the reach from the input at this place, as far as it is known."""
    if place not in batches.timesteps:
        # no row for each sample: it is moved for the whole batch, if at all
        raise MixedError
    steps = batches.timesteps[place]
    if steps > ALL:
        return _measure_long(batches, place, steps)
    return _move_each(batches, place, steps)


def _measure_long(batches: FreeBatches, place: int, steps: int) -> Matrices:
    """Return reaches by few moves: step to step, by a rule that all obey, or by each step."""
    overlaps: dict[int, Array] = {}
    for each, count in batches.timesteps.items():
        if count > ALL:
            overlaps[each] = _find_overlaps(batches, each)
    halves = np.concatenate(list(overlaps.values()))[:, 0]
    # either half of the steps moves most of what attention returns, as it compares each with
    # each: of this depends only what is worth trying
    batches.is_cheap = bool(np.all(halves <= 0.5))
    found: Matrices = {}
    parts = overlaps[place][:, 1]
    # an output that moves with even and with odd steps reads several of them: no code tells which
    if batches.is_cheap and not parts.all():
        found = _read_codes(batches, place, steps)
    outputs = len(batches.lengths)
    if len(found) < outputs:
        found |= _fit_rules(batches, place, steps)
    if len(found) < outputs and steps <= MOST:
        return _move_each(batches, place, steps)
    return found


def _find_overlaps(batches: FreeBatches, place: int) -> Array:
    """Return for each output which share of it moves with both halves of the steps.

    And which share moves with both the even and the odd ones: floats (outputs, 2).
    """
    pairs = coded_steps(batches.timesteps[place])
    # the last digit of a step's number says even or odd, the first one which half
    groups = np.concatenate([pairs[-1], pairs[0]])
    shares: list[tuple[float, float]] = []
    for moved in batches.move_steps(place, groups):
        first, second, even, odd = moved
        halves = first & second
        parts = even & odd
        shares.append((halves.mean(), parts.mean()))
    return np.reshape(shares, (-1, 2))


def _read_codes(batches: FreeBatches, place: int, steps: int) -> Matrices:
    """Return the reach of each output of which each step reads one step at most."""
    pairs = coded_steps(steps)
    groups = pairs.reshape(-1, steps)
    found: Matrices = {}
    outputs = batches.move_steps(place, groups, all_kinds=True)
    for number, moved in enumerate(outputs):
        by_digit = moved.reshape(len(pairs), 2, -1)
        reach = decode_reach(by_digit, steps)
        if reach is not None:
            found[number] = reach
    return found


def _fit_rules(batches: FreeBatches, place: int, steps: int) -> Matrices:
    """Return the reach of each output where a rule explains what a part of the steps moves."""
    singles = single_steps(steps)
    groups = grouped_steps(steps)
    each_by_itself = np.eye(steps, dtype=bool)[singles]
    tried = np.concatenate([each_by_itself, groups])
    count = len(singles)
    found: Matrices = {}
    for number, moved in enumerate(batches.move_steps(place, tried)):
        by_singles, by_groups = moved[:count], moved[count:]
        reach = complete_reach(steps, singles, by_singles, groups, by_groups)
        if reach is not None:
            found[number] = reach
    return found


def _move_each(batches: FreeBatches, place: int, steps: int) -> Matrices:
    """Move each step by itself; return for each output (output timesteps, steps)."""
    each_by_itself = np.eye(steps, dtype=bool)
    moved = batches.move_steps(place, each_by_itself)
    # a row of what moved belongs to a step of the input
    matrices = map(np.transpose, moved)
    return dict(enumerate(matrices))
