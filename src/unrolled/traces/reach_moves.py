"""Other numbers in the place of those recorded, and what differs for it. Plain NumPy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from unrolled.traces.cells import Array
from unrolled.traces.reach import is_float

MOVES = ("up", "down", "near")


class MixedError(Exception):
    """A sample that was not moved has changed: the call mixes samples, or cannot be repeated."""


def cover_steps(masks: Sequence[Array], batch: int, most: int = 3) -> list[int]:
    """Return the numbers of up to three samples that together read as many steps as they can."""
    if not masks:
        return [0]
    kept = np.concatenate([m.reshape(batch, -1).astype(bool) for m in masks], axis=1)
    rows = [int(kept.sum(axis=1).argmax())]
    for _ in range(most - 1):
        gained = (kept & ~kept[rows].any(axis=0)).sum(axis=1)
        if gained.max() == 0:
            break
        rows.append(int(gained.argmax()))
    return rows


def _scale(array: Array) -> float:
    """Return by how much a number of an array is moved."""
    finite = np.asarray(array, dtype="float64")
    finite = finite[np.isfinite(finite)]
    spread = float(finite.std()) if finite.size else 0.0
    return spread if spread > 0 else max(1.0, float(np.abs(finite).max(initial=0.0)))


def shake(row: Array, recorded: Array, rng: np.random.Generator) -> Array:
    """Return a sample with all its numbers moved a little."""
    shaken: Array = (row + _scale(recorded) * rng.normal(size=row.shape)).astype(row.dtype)
    return shaken


def holds_quantities(recorded: Array) -> bool:
    """Return whether an array may hold any number: floats do, unless they are ids.

    >>> holds_quantities(np.array([[0.5, 3.0]])), holds_quantities(np.array([[7.0, 3.0]]))
    (True, False)
    """
    if not is_float(recorded):
        return False
    values = np.asarray(recorded, dtype="float64")
    are_ids = recorded.ndim == 2 and bool((values >= 0).all() and (values == values.round()).all())
    return not are_ids


def move_steps(row: Array, steps: Array, move: str, recorded: Array) -> Array:
    """Return a sample (timesteps, ...) with other numbers at these steps; a vector changes whole.

    steps: bool (timesteps,). move: ``up`` or ``down``, past all that was recorded, or ``near``.
    """
    moved = np.array(row)
    chosen = steps if moved.ndim and len(steps) == len(moved) else slice(None)
    part = moved[chosen] if moved.ndim else moved
    new = _other(np.asarray(part), move, recorded)
    if moved.ndim:
        moved[chosen] = new
        return moved
    return np.asarray(new, dtype=moved.dtype)


def _other(part: Array, move: str, recorded: Array) -> Array:
    """Return other numbers for a part of an array, of the kind of those recorded."""
    rng = np.random.default_rng(MOVES.index(move))
    if part.dtype == bool:
        return ~part
    if holds_quantities(recorded):
        return _other_floats(part, move, recorded, rng)
    known = np.unique(recorded)
    if len(known) < 2:
        return np.where(part > 0, part - 1, part + 1)
    places = np.searchsorted(known, part)
    others: Array = known[(places + rng.integers(1, len(known), part.shape)) % len(known)]
    return others


def _other_floats(part: Array, move: str, recorded: Array, rng: np.random.Generator) -> Array:
    scale = _scale(recorded)
    noise = scale * (0.5 + np.abs(rng.normal(size=part.shape)))
    if move == "near":
        signs = rng.choice([-1.0, 1.0], part.shape)
        moved = part + signs * noise
    else:
        values = np.asarray(recorded, dtype="float64")
        values = values[np.isfinite(values)]
        high, low = values.max(initial=0.0), values.min(initial=0.0)
        moved = high + noise if move == "up" else low - noise
    return np.asarray(moved).astype(part.dtype)


def find_differences(before: Array, after: Array, timesteps: int) -> Array:
    """Return for each row and step of two outputs whether anything differs: (rows, timesteps)."""
    if before.shape != after.shape:
        raise MixedError
    same = before == after
    if is_float(before):
        same |= np.isnan(before) & np.isnan(after)
    if timesteps == 1 and not (before.ndim > 1 and before.shape[1] == 1):
        whole: Array = ~same.reshape(len(before), -1).all(axis=1, keepdims=True)
        return whole
    differs: Array = ~same.reshape(len(before), timesteps, -1).all(axis=2)
    return differs
