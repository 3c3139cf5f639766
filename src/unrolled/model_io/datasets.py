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
    return any(base.__name__ == "PyDataset" for base in type(x).__mro__)


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
    count = 0
    for element in islice(_elements(x), most):
        count += 1
        yield _split(element)
    if not count:
        raise ValueError(
            "Expected at least one batch, got an empty dataset. Fix: look at how it was filtered "
            "or cut."
        )


def is_unbatched(io: ModelIO, element: Any) -> bool:
    """Tell whether an element of a dataset has the shapes of single samples."""
    parts = leaves(element)
    if not io.inputs or len(parts) != len(io.inputs):
        return False
    pairs = zip(parts, io.inputs, strict=True)
    return all(fits(np.shape(part), spec.shape[1:]) for part, spec in pairs)


def _elements(x: Any) -> Iterator[Any]:
    if hasattr(x, "element_spec"):
        yield from x
    else:
        yield from (x[k] for k in range(len(x)))


def _split(element: Any) -> tuple[Any, Any]:
    """Return x and y of an element: (x,), (x, y), (x, y, weights), or x alone."""
    parts = element if isinstance(element, tuple) else (element,)
    if not parts or parts[0] is None:
        raise ValueError(
            f"Expected batches (x, y) of arrays in the dataset, got {element!r}. "
            "Fix: let each element hold x, or (x, y)."
        )
    y = parts[1] if len(parts) > 1 else None
    return parts[0], None if y is None else pack(
        y, [np.asarray(part) for part in leaves(y)]
    )
