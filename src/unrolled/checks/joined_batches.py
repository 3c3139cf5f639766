"""The first batches of a dataset, one after the other as one array each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from unrolled.model_io.datasets import is_unbatched, read_batches
from unrolled.model_io.nested import leaves, pack
from unrolled.model_io.signature import ModelIO
from unrolled.traces.cells import Array

_BATCHES = 3  # of a dataset are looked at


def join_batches(io: ModelIO, x: Any, y: Any) -> tuple[Any, Any, bool]:
    """Return x and y of the first batches, joined, and whether they are single samples.

    y: what was given beside the dataset; None takes the labels of the dataset.

    Raises ValueError for an empty dataset, and where the batches do not have the same structure.
    """
    batches = list(read_batches(x, _BATCHES))
    parts, labels = zip(*batches, strict=True)
    unbatched = is_unbatched(io, parts[0])
    join: Callable[..., Array] = np.concatenate
    # single samples have no axis batch yet
    if unbatched:
        join = np.stack
    x = _join(parts, join)
    # an element without labels has None in their place
    if y is None and labels[0] is not None:
        y = _join(labels, join)
    return x, y, unbatched


def _join(parts: tuple[Any, ...], join: Callable[..., Array]) -> Any:
    """Return the arrays of all parts, joined, in the structure of the first part."""
    arrays = [list(map(np.asarray, leaves(part))) for part in parts]
    # another number of arrays in a part is an error as another shape is
    try:
        joined = map(join, zip(*arrays, strict=True))
        return pack(parts[0], list(joined))
    except ValueError as error:
        raise ValueError(
            "Expected batches of the same shape and structure in the dataset, got others "
            f"({error}). "
            "Fix: check the x and y of one batch."
        ) from error
