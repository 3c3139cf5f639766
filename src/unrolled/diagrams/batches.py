"""What ``draw`` runs: of many samples the one batch that holds the sample that is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
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
        most = 1
        if is_fixed:
            # the states at the end of one batch may be where the next one starts
            most = MOST_BATCHES
        x, labels = _first_batches(io, x, most)
        if y is None:
            y = labels
    if x is None or is_fixed:
        # a model with a fixed batch size may keep its states, so that it needs the batches before
        return x, y, sample
    return _cut_arrays(io, x, y, sample)


def _cut_arrays(
    io: ModelIO, x: Any, y: Any, sample: int
) -> tuple[Any, Any, int]:
    """Return arrays cut to the batch of Keras's own size that holds the sample."""
    arrays = read_x(io, x).require()
    # a single number is one sample
    lengths = set(map(len, map(np.atleast_1d, arrays)))
    if len(lengths) > 1:
        # the run says what is wrong with them
        return x, y, sample
    (samples,) = lengths
    if samples <= PREDICTED:
        # they are one batch already
        return x, y, sample
    if sample >= samples:
        # who calls says so, with the number of samples that there are
        return x, y, sample
    # batches begin where they do in predict, so that the same samples run together
    first = sample // PREDICTED * PREDICTED
    cut = itemgetter(slice(first, first + PREDICTED))
    if y is not None:
        # cut labels would hide that there are too few of them
        read_loose_y(y).require(samples)
        labels = map(np.asarray, leaves(y))
        y = pack(y, list(map(cut, labels)))
    inputs = list(map(cut, arrays))
    x = _as_model_takes(io, x, inputs)
    return x, y, sample - first


def _as_model_takes(io: ModelIO, x: Any, arrays: list[Array]) -> Any:
    """Return arrays, in the order of the model's inputs, as the model takes them."""
    absent = set(read_x(io, x).absent)
    parts = with_absent(arrays, absent)
    # absent ones are None, so that each of the others keeps its place
    if not io.inputs:
        # a subclassed model knows them by where they stand
        return pack(x, parts)
    if len(parts) == 1:
        # Keras takes one input without a list around it
        return parts[0]
    return parts


def _first_batches(io: ModelIO, dataset: Any, most: int) -> tuple[Any, Any]:
    """Return the x and the y of a dataset's first batches, one after the other along axis batch."""
    xs, ys = zip(*read_batches(dataset, most), strict=True)
    batches = [read_x(io, x).require() for x in xs]
    inputs = _joined(batches)
    x = _as_model_takes(io, xs[0], inputs)
    if ys[0] is None:
        # a dataset without labels
        return x, None
    # one batch may have too many labels where the next one has too few
    for arrays, y in zip(batches, ys, strict=True):
        samples = len(arrays[0])
        read_loose_y(y).require(samples)
    labels = _joined(map(leaves, ys))
    return x, pack(ys[0], labels)


def _joined(batches: Iterable[Sequence[Any]]) -> list[Array]:
    """Return the arrays of several batches, each one after the other."""
    by_place = zip(*batches, strict=True)
    return list(map(np.concatenate, by_place))
