"""Other numbers in the place of those recorded, and what differs for it. Plain NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from unrolled.traces.cells import Array
from unrolled.traces.reach import is_float

MOVES = ("up", "down", "near")
ENOUGH = 2**16  # numbers that show what the others are like
FAR = 10  # standard deviations past all that was recorded: far enough for a ReLU to turn round


class MixedError(Exception):
    """A sample that was not moved has changed: the call mixes samples, or cannot be repeated."""


def cover_steps(masks: Sequence[Array], batch: int, most: int = 3) -> list[int]:
    """Return the numbers of up to three samples that together read as many steps as they can."""
    if not masks:
        return [0]
    flat = [mask.reshape(batch, -1).astype(bool) for mask in masks]
    kept = np.concatenate(flat, axis=1)
    rows = [int(kept.sum(axis=1).argmax())]
    for _ in range(most - 1):
        gained = (kept & ~kept[rows].any(axis=0)).sum(axis=1)
        if gained.max() == 0:
            break
        rows.append(int(gained.argmax()))
    return rows


class Recorded:
    """What the numbers of a recorded array are like, and other numbers of that kind.

    >>> ids = Recorded(np.array([[3, 5, 5]]))
    >>> ids.moved(np.array([3, 5]), np.array([True, False]), "near")
    array([5, 5])
    """

    def __init__(self, array: Array) -> None:
        if array.ndim and array.size > ENOUGH:
            array = array[: max(1, ENOUGH // max(1, array[0].size))]
        self._is_free = holds_quantities(array)
        self._known = np.array([])
        if not self._is_free:
            self._known = np.unique(array)
            return
        finite = np.asarray(array, dtype="float64")
        finite = finite[np.isfinite(finite)]
        self._high, self._low = finite.max(initial=0.0), finite.min(initial=0.0)
        self._scale = max(1.0, self._high, -self._low)
        if finite.size and finite.std() > 0:
            self._scale = float(finite.std())

    def shaken(self, sample: Array, rng: np.random.Generator) -> Array:
        """Return a sample with all its numbers moved a little; ids stay as they are."""
        if not self._is_free:
            return sample
        noise = self._scale * rng.normal(size=sample.shape)
        shaken: Array = (sample + noise).astype(sample.dtype)
        return shaken

    def moved(self, sample: Array, steps: Array, move: str) -> Array:
        """Return a sample (timesteps, ...) with other numbers at these steps, a vector whole.

        steps: bool (timesteps,). move: ``up`` or ``down``, past all that was recorded, or ``near``.
        """
        moved = np.array(sample)
        where: Any = ...
        if moved.shape[:1] == steps.shape:
            where = steps
        moved[where] = self._others(moved[where], move)
        return moved

    def _others(self, part: Array, move: str) -> Array:
        """Return other numbers for a part of the array, of the kind of those recorded."""
        rng = np.random.default_rng(MOVES.index(move))
        if self._is_free:
            others = self._other_quantities(part, move, rng)
            return others.astype(part.dtype)
        if part.dtype == bool:
            return ~part
        if len(self._known) < 2:
            return np.where(part > 0, part - 1, part + 1)
        index = np.searchsorted(self._known, part)
        step = rng.integers(1, len(self._known), part.shape)
        others = self._known[(index + step) % len(self._known)]
        return np.asarray(others)

    def _other_quantities(
        self, part: Array, move: str, rng: np.random.Generator
    ) -> Array:
        noise = self._scale * (0.5 + np.abs(rng.normal(size=part.shape)))
        if move == "up":
            return np.asarray(self._high + FAR * noise)
        if move == "down":
            return np.asarray(self._low - FAR * noise)
        sign = rng.choice([-1.0, 1.0], part.shape)
        return np.asarray(part + sign * noise)


def holds_quantities(recorded: Array) -> bool:
    """Return whether an array may hold any number: floats do, unless they are ids.

    >>> holds_quantities(np.array([[0.5, 3.0]])), holds_quantities(np.array([[7.0, 3.0]]))
    (True, False)
    """
    if not is_float(recorded):
        return False
    if recorded.ndim != 2:
        return True
    values = np.asarray(recorded, dtype="float64")
    are_ids = (values >= 0) & (values == values.round())
    return not are_ids.all()


def find_differences(before: Array, after: Array, timesteps: int) -> Array:
    """Return for each row and step of two outputs whether anything differs: (rows, timesteps)."""
    if before.shape != after.shape:
        raise MixedError
    same = before == after
    if is_float(before):
        same |= np.isnan(before) & np.isnan(after)
    steps = same.reshape(len(before), timesteps, -1)
    differs: Array = ~steps.all(axis=2)
    return differs
