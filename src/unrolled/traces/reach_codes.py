"""The reach of a long sequence of which each step moves steps of its own. Plain NumPy.

What works step by step, turns steps round, leaves some out or repeats them, reads for each step of
its output one step at most. Which one is told by few moves: the steps whose number has a certain
binary digit are moved together, and then those that do not have it. Two steps differ in a digit,
so that each is moved once without the other. An output step that moves in one of both runs, for
each digit, has spelt the number of the step that it reads. One that moves in both reads several;
then nothing is claimed here.
"""

from __future__ import annotations

import numpy as np

from unrolled.traces.cells import Array


def coded_steps(timesteps: int) -> Array:
    """Return groups of steps, a pair for each binary digit: (digits, 2, timesteps).

    The last digit comes first; the first of a pair has the steps where it is 0.

    >>> coded_steps(3).astype(int).tolist()
    [[[1, 0, 1], [0, 1, 0]], [[1, 1, 0], [0, 0, 1]]]
    """
    highest = timesteps - 1
    # the number of a single step is 0, which has a digit too
    count = max(1, highest.bit_length())
    digits = np.arange(count)[:, None]
    steps = np.arange(timesteps)
    is_one = (steps >> digits) & 1 == 1
    return np.stack([~is_one, is_one], axis=1)


def decode_reach(moved: Array, timesteps: int) -> Array | None:
    """Return the reach (output timesteps, timesteps) that was spelt; None where none was.

    moved: bool (digits, 2, output timesteps), what each of the groups moved.

    >>> groups = coded_steps(5)
    >>> flip = np.eye(5, dtype=bool)[::-1]
    >>> decode_reach(groups @ flip, 5)[0]
    array([False, False, False, False,  True])
    >>> decode_reach(groups @ np.ones((5, 1), bool), 5) is None
    True
    """
    without, with_digit = moved[:, 0], moved[:, 1]
    in_one_run, in_any_run = without ^ with_digit, without | with_digit
    reads_one: Array = np.all(in_one_run, axis=0)
    reads_any: Array = np.any(in_any_run, axis=0)
    # a step that moves in both runs reads several: their digits cannot be told apart
    if not np.array_equal(reads_one, reads_any):
        return None
    digits = np.arange(len(moved))
    weights = 1 << digits
    numbers = weights @ with_digit
    # a number that no step has was not spelt by one step
    if numbers.max(initial=0) >= timesteps:
        return None
    reach: Array = numbers[:, None] == np.arange(timesteps)
    return reach & reads_one[:, None]
