"""What ``draw`` runs: of many samples the one batch that holds the sample that is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from unrolled.model_io.datasets import is_dataset, read_batches
from unrolled.model_io.inputs import read_x
from unrolled.model_io.labels import read_loose_y
from unrolled.model_io.matching import with_absent
from unrolled.model_io.nested import leaves, pack
from unrolled.model_io.signature import ModelIO
from unrolled.traces.cells import Array

MOST_BATCHES = 3  # drawn side by side
# Keras's own batch size, of which one is run to draw one sample of many
PREDICTED = 32


def cut_to_batch(
    model: Any, x: Any, y: Any, sample: int
) -> tuple[Any, Any, int]:
    """Return x, y and sample, cut to the one batch that is needed, where the batch size is free."""
    from unrolled.keras_bridge.models import read_model

    io = read_model(model)
    is_fixed = bool(io.fixed_batch)
    if is_dataset(x):
        x, labels = _first_batches(io, x, MOST_BATCHES if is_fixed else 1)
        y = labels if y is None else y
    if x is None or is_fixed:
        return x, y, sample
    return _cut_arrays(io, x, y, sample)


def _cut_arrays(
    io: ModelIO, x: Any, y: Any, sample: int
) -> tuple[Any, Any, int]:
    """Return arrays cut to the batch of Keras's own size that holds the sample."""
    arrays = read_x(io, x).require()
    lengths = {len(np.atleast_1d(array)) for array in arrays}
    samples = len(arrays[0])
    if sample >= samples or samples <= PREDICTED or len(lengths) > 1:
        return x, y, sample
    first = sample // PREDICTED * PREDICTED
    part = slice(first, first + PREDICTED)
    if y is not None:
        read_loose_y(y).require(samples)
        y = pack(y, [np.asarray(array)[part] for array in leaves(y)])
    x = _as_model_takes(io, x, [array[part] for array in arrays])
    return x, y, sample - first


def _as_model_takes(io: ModelIO, x: Any, arrays: list[Array]) -> Any:
    """Return arrays, in the order of the model's inputs, as the model takes them."""
    parts = with_absent(arrays, set(read_x(io, x).absent))
    if not io.inputs:
        # a subclassed model knows them by where they stand
        return pack(x, parts)
    return parts if len(parts) > 1 else parts[0]


def _first_batches(io: ModelIO, dataset: Any, most: int) -> tuple[Any, Any]:
    """Return the x and the y of a dataset's first batches, one after the other along axis batch."""
    xs, ys = zip(*read_batches(dataset, most), strict=True)
    batches = [read_x(io, x).require() for x in xs]
    x = _as_model_takes(io, xs[0], _joined(batches))
    if ys[0] is None:
        return x, None
    for arrays, y in zip(batches, ys, strict=True):
        read_loose_y(y).require(len(arrays[0]))
    return x, pack(ys[0], _joined(map(leaves, ys)))


def _joined(batches: Iterable[Sequence[Any]]) -> list[Array]:
    """Return the arrays of several batches, each one after the other."""
    return list(map(np.concatenate, zip(*batches, strict=True)))
