"""Other numbers in the place of those recorded, and what differs for it. Plain NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from unrolled.traces.cells import Array
from unrolled.traces.reach import is_float

MOVES = ("up", "down", "near")
_TEXTS = "OSU"  # the kinds of dtypes that hold texts
ENOUGH = 2**16  # numbers that show what the others are like
FAR = 10  # standard deviations past all that was recorded: far enough for a ReLU to turn round


class MixedError(Exception):
    """A sample that was not moved has changed: the call mixes samples, or cannot be repeated."""


def cover_steps(masks: Sequence[Array], batch: int, most: int = 3) -> list[int]:
    """Return the numbers of up to three samples that together read as many steps as they can."""
    if not masks:
        return [0]
    # the steps of all masks side by side
    flat = [mask.reshape(batch, -1) for mask in masks]
    kept = np.concatenate(flat, axis=1).astype(bool)
    steps = kept.sum(axis=1)
    rows = [int(steps.argmax())]
    while len(rows) < most:
        # the steps that none of the chosen samples reads
        missing = ~kept[rows].any(axis=0)
        gained = (kept & missing).sum(axis=1)
        best = int(gained.argmax())
        if gained[best] == 0:
            break
        rows.append(best)
    return rows


class Recorded:
    """What the numbers of a recorded array are like, and other numbers of that kind.

    >>> ids = Recorded(np.array([[3, 5, 5]]))
    >>> ids.moved(np.array([3, 5]), np.array([True, False]), "near")
    array([5, 5])
    """

    def __init__(self, array: Array) -> None:
        # of a large array the first samples: they show what the others are like
        if array.size > ENOUGH:
            samples = max(1, ENOUGH // array[0].size)
            array = array[:samples]
        self._is_free = holds_quantities(array)
        self._known = np.array([])
        if not self._is_free:
            self._known = np.unique(array)
            return
        values = np.asarray(array, dtype="float64")
        finite = values[np.isfinite(values)]
        high, low = finite.max(initial=0.0), finite.min(initial=0.0)
        # for each move past all that was recorded: from where it goes, and how far
        self._ends = {"up": (high, FAR), "down": (low, -FAR)}
        # numbers that are all alike have no spread: then their own size says what is far
        self._scale = float(max(1.0, high, -low))
        if high > low:
            self._scale = float(finite.std()) or self._scale

    def shaken(self, sample: Array, rng: np.random.Generator) -> Array:
        """Return a sample with all its numbers moved a little; ids stay as they are."""
        if not self._is_free:
            return sample
        distance = rng.normal(size=sample.shape)
        noise = self._scale * distance
        shaken: Array = sample + noise
        return shaken.astype(sample.dtype)

    def moved(self, sample: Array, steps: Array, move: str) -> Array:
        """Return a sample (timesteps, ...) with other numbers at these steps, a vector whole.

        steps: bool (timesteps,). move: ``up`` or ``down``, past all that was recorded, or ``near``.
        """
        moved = np.array(sample)
        where: Any = ...
        if moved.shape[:1] == steps.shape:
            where = steps
        # the same numbers each time, so that two runs of one move can be compared
        rng = np.random.default_rng(MOVES.index(move))
        part = moved[where]
        if self._is_free:
            moved[where] = self._other_quantities(part, move, rng)
        else:
            moved[where] = self._other_ids(part, rng)
        return moved

    def _other_ids(self, part: Array, rng: np.random.Generator) -> Array:
        """Return other ids in the place of each: of those recorded, as a table has no others."""
        if part.dtype == bool:
            return ~part
        count = len(self._known)
        if count < 2 and part.dtype.kind in _TEXTS:
            return _empty_texts(part)
        # no other was recorded: the one below is in the table too, and above 0 there is 1
        if count < 2:
            return np.where(part > 0, part - 1, part + 1)
        index = np.searchsorted(self._known, part)
        # fewer steps than once around, so that none meets itself
        step = rng.integers(1, count, part.shape)
        others = self._known[(index + step) % count]
        return np.asarray(others)

    def _other_quantities(
        self, part: Array, move: str, rng: np.random.Generator
    ) -> Array:
        """Return other numbers in the place of each, none of which stays where it was."""
        # at least half a standard deviation away
        distance = 0.5 + np.abs(rng.normal(size=part.shape))
        noise = self._scale * distance
        if move in self._ends:
            end, far = self._ends[move]
            others = end + far * noise
        else:
            sign = rng.choice([-1.0, 1.0], part.shape)
            others = part + sign * noise
        return np.asarray(others).astype(part.dtype)


def _empty_texts(texts: Array) -> Array:
    """Return an empty text in the place of each, which is other than the only one recorded."""
    empty = np.empty_like(texts)
    for place, text in np.ndenumerate(texts):
        # bytes stay bytes
        empty[place] = text[:0]
    return empty


def holds_quantities(recorded: Array) -> bool:
    """Return whether an array may hold any number: floats do, unless they are ids.

    >>> holds_quantities(np.array([[0.5, 3.0]])), holds_quantities(np.array([[7.0, 3.0]]))
    (True, False)
    """
    if not is_float(recorded):
        return False
    # ids have no axis of features
    if recorded.ndim != 2:
        return True
    # ids may come as floats too: whole numbers from 0 on
    values = np.asarray(recorded, dtype="float64")
    is_id = (values >= 0) & (values == values.round())
    return not is_id.all()


def find_differences(before: Array, after: Array, timesteps: int) -> Array:
    """Return for each row and step of two outputs whether anything differs: (rows, timesteps)."""
    # another number of samples, or of steps: they cannot be compared one by one
    if before.shape != after.shape:
        raise MixedError
    same = before == after
    # NaN, which alone is unlike itself, is the same as another NaN
    before_nan, after_nan = (
        np.not_equal(before, before),
        np.not_equal(after, after),
    )
    same |= before_nan & after_nan
    rows = len(before)
    # not -1: NumPy cannot tell how many numbers each of 0 steps has
    numbers = same.size // max(1, rows * timesteps)
    by_step = same.reshape(rows, timesteps, numbers)
    differs: Array = ~by_step.all(axis=2)
    return differs
