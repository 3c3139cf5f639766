"""Read the batches of a ``tf.data.Dataset`` or a ``keras.utils.PyDataset``."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
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
    if hasattr(x, "element_spec"):
        return True
    names = [base.__name__ for base in type(x).__mro__]
    return "PyDataset" in names


def read_batches(x: Any, most: int | None = None) -> Iterator[tuple[Any, Any]]:
    """Yield (x, y) of each batch, at most ``most``; y is None where the dataset has no labels.

    Raises ValueError for a dataset that is empty, that holds a batch without arrays, or that
    repeats without an end.
    """
    endless = hasattr(x, "cardinality") and int(x.cardinality()) == -1
    if endless and most is None:
        raise ValueError(
            "Expected a dataset with an end, got one that repeats for ever. Fix: dataset.take(1)."
        )
    elements = x
    if not hasattr(x, "element_spec"):  # a PyDataset is read by number
        elements = map(x.__getitem__, range(len(x)))
    is_empty = True
    for element in islice(elements, most):
        is_empty = False
        yield _split(element)
    if is_empty:
        raise ValueError(
            "Expected at least one batch, got an empty dataset. Fix: look at how it was filtered "
            "or cut."
        )


def is_unbatched(io: ModelIO, element: Any) -> bool:
    """Tell whether an element of a dataset has the shapes of single samples."""
    arrays = leaves(element)
    if not io.inputs or len(arrays) != len(io.inputs):
        return False
    for array, spec in zip(arrays, io.inputs, strict=True):
        if not fits(np.shape(array), spec.shape[1:]):
            return False
    return True


def _split(element: Any) -> tuple[Any, Any]:
    """Return x and y of an element: (x,), (x, y), (x, y, weights), or x alone."""
    parts = element if isinstance(element, tuple) else (element,)
    if not parts or parts[0] is None:
        raise ValueError(
            f"Expected batches (x, y) of arrays in the dataset, got {element!r}. "
            "Fix: let each element hold x, or (x, y)."
        )
    x = parts[0]
    if len(parts) == 1 or parts[1] is None:
        return x, None
    y = parts[1]
    arrays = map(np.asarray, leaves(y))
    return x, pack(y, arrays)
