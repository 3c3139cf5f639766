"""Read the batches of a ``tf.data.Dataset`` or a ``keras.utils.PyDataset``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from operator import attrgetter
from typing import Any

import numpy as np

from unrolled.model_io.input_shapes import fits
from unrolled.model_io.nested import leaves, pack
from unrolled.model_io.signature import ModelIO


def is_dataset(x: Any) -> bool:
    """Tell whether ``x`` gives batches by itself.

    >>> is_dataset([1, 2])
    False
    """
    # a tf.data.Dataset, and what else of TensorFlow gives batches
    if hasattr(x, "element_spec"):
        return True
    # by its name: this room knows no Keras
    bases = type(x).__mro__
    names = map(attrgetter("__name__"), bases)
    return "PyDataset" in names


def read_batches(x: Any, most: int | None = None) -> Iterator[tuple[Any, Any]]:
    """Yield (x, y) of each batch, at most ``most``; y is None where the dataset has no labels.

    Raises ValueError for a dataset that is empty, that holds a batch without arrays, or that
    repeats without an end.
    """
    # TensorFlow says -1 of a dataset without an end, -2 where it does not know
    endless = hasattr(x, "cardinality") and int(x.cardinality()) == -1
    if endless and most is None:
        raise ValueError(
            "Expected a dataset with an end, got one that repeats for ever. Fix: dataset.take(1)."
        )
    elements = x
    # a PyDataset is read by number
    if not hasattr(x, "element_spec"):
        numbers = range(len(x))
        elements = map(x.__getitem__, numbers)
    # counted as they come: not every dataset knows its length
    count = 0
    for element in islice(elements, most):
        count += 1
        yield _split(element)
    if count == 0:
        raise ValueError(
            "Expected at least one batch, got an empty dataset. Fix: look at how it was filtered "
            "or cut."
        )


def is_unbatched(io: ModelIO, element: Any) -> bool:
    """Tell whether an element of a dataset has the shapes of single samples."""
    arrays = leaves(element)
    if len(arrays) != len(io.inputs):
        return False
    for array, spec in zip(arrays, io.inputs, strict=True):
        # without the axis batch
        of_one_sample = spec.shape[1:]
        came = np.shape(array)
        if not fits(came, of_one_sample):
            return False
    # a subclassed model does not say what it takes
    return len(io.inputs) > 0


def _split(element: Any) -> tuple[Any, Any]:
    """Return x and y of an element: (x,), (x, y), (x, y, weights), or x alone."""
    parts = (element,)
    if isinstance(element, tuple):
        parts = element
    # what an element leaves out is None to Keras too
    x, y, *_ = (*parts, None, None)
    if x is None:
        raise ValueError(
            f"Expected batches (x, y) of arrays in the dataset, got {element!r}. "
            "Fix: let each element hold x, or (x, y)."
        )
    if y is None:
        return x, None
    # tensors of the dataset, which are compared with arrays of NumPy
    arrays = map(np.asarray, leaves(y))
    return x, pack(y, arrays)
