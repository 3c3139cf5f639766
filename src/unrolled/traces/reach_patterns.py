"""The reach of a long sequence from the moves of a part of its steps. Plain NumPy, knows no Keras.

Moving each of thousands of steps by itself would cost more than the run. So some are moved one by
one; a rule that fits them is taken on trial; then every step is moved together with others, in two
ways of grouping, and the rule has to say for each group exactly which steps of the output move.
Where it does not, nothing is claimed.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from unrolled.traces.cells import Array

EDGE = 8  # steps at either end that are moved one by one: padding acts there
MIDDLE = 16  # steps in between that are moved one by one
GROUPS = 32  # groups of steps, of either way of grouping
WIDEST = 64  # places that a step may read by the local rule


def single_steps(timesteps: int) -> Array:
    """Return which steps of a long sequence are moved one by one, in order.

    >>> single_steps(1000)[[0, 7, -8, -1]].tolist()
    [0, 7, 992, 999]
    """
    end = timesteps - EDGE
    first, last = np.arange(EDGE), np.arange(end, timesteps)
    middle = np.linspace(EDGE, end - 1, MIDDLE, dtype=int)
    steps = np.concatenate([first, middle, last])
    # of a sequence that is not so long some would come twice
    return np.unique(steps)


def grouped_steps(timesteps: int) -> Array:
    """Return groups of steps: blocks of neighbours, and combs of every so many-th step.

    >>> groups = grouped_steps(100)
    >>> groups.shape, groups.sum(axis=0).tolist() == [2] * 100
    ((64, 100), True)
    """
    steps = np.arange(timesteps)
    numbers = np.arange(GROUPS)[:, None]
    # neighbours share a block but no comb: what moves tells them apart
    blocks = steps * GROUPS // timesteps
    combs = steps % GROUPS
    return np.concatenate([blocks == numbers, combs == numbers])


def complete_reach(
    timesteps: int, singles: Array, columns: Array, groups: Array, moved: Array
) -> Array | None:
    """Return the reach (output timesteps, timesteps) that explains all moves; else None.

    singles: the steps that were moved one by one. columns: bool (singles, output timesteps), what
    each moved. groups: bool (groups, timesteps), the steps moved together. moved: bool (groups,
    output timesteps).

    >>> singles, groups = single_steps(200), grouped_steps(200)
    >>> flip = np.eye(200, dtype=bool)[::-1]
    >>> found = complete_reach(200, singles, flip[singles], groups, groups @ flip)
    >>> bool((found == flip).all())
    True
    """
    for rule in (_local, _wide):
        reach = rule(timesteps, singles, columns)
        if reach is None:
            continue
        # what was seen goes before what the rule says
        reach[:, singles] = columns.T
        # a group moves what one of its steps moves; NumPy is much faster with floats
        movers = groups.astype("float32") @ reach.T.astype("float32")
        predicted = movers > 0
        if np.array_equal(predicted, moved):
            return reach
    return None


def _local(timesteps: int, singles: Array, columns: Array) -> Array | None:
    """Return the reach in which each step reads the same places, seen from where it stands."""
    length = columns.shape[1]
    index, moved_rows = np.nonzero(columns)
    moved_by = singles[index]
    rows = np.arange(length)[:, None]
    steps = np.arange(timesteps)
    for rise, run in _slopes(timesteps, length):
        offsets = np.unique(run * moved_rows - rise * moved_by)
        # a step that reads nearly all says nothing about places
        if len(offsets) > WIDEST:
            continue
        distance = run * rows - rise * steps
        reach: Array = np.isin(distance, offsets)
        if np.array_equal(reach[:, singles], columns.T):
            return reach
    return None


def _slopes(timesteps: int, length: int) -> list[tuple[int, int]]:
    """Return how output steps may go with input steps: along, back, with strides, repeated."""
    # padding makes the lengths differ a little from a whole multiple: the neighbours are tried too
    stride = round(timesteps / length)
    strides = range(max(2, stride - 1), stride + 2)
    count = round(length / timesteps)
    counts = range(max(2, count - 1), count + 2)
    return [
        (1, 1),
        (-1, 1),
        *product([1], strides),
        *product(counts, [1]),
    ]


def _wide(timesteps: int, singles: Array, columns: Array) -> Array | None:
    """Return the reach in which a step moves all steps between two ends, which may go with it."""
    length = columns.shape[1]
    hits = columns.any(axis=1)
    singles, columns = singles[hits], columns[hits]
    firsts = columns.argmax(axis=1)
    lasts = length - 1 - columns[:, ::-1].argmax(axis=1)
    first = _end(timesteps, singles, firsts)
    last = _end(timesteps, singles, lasts)
    # also where no step moves any: then there are no ends
    if first is None or last is None:
        return None
    rows = np.arange(length)[:, None]
    reach: Array = (rows >= first) & (rows <= last)
    return reach


def _end(timesteps: int, singles: Array, ends: Array) -> Array | None:
    """Return for every step the end of what it moves: one for all, or as far along or back."""
    steps = np.arange(timesteps)
    for rise in (0, 1, -1):
        offsets = np.unique(ends - rise * singles)
        if len(offsets) == 1:
            end: Array = rise * steps + offsets[0]
            return end
    return None
