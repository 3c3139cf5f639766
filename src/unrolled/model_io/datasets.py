"""Read the batches of a ``tf.data.Dataset`` or a ``keras.utils.PyDataset``, as ``model.predict`` would."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from unrolled.model_io.nested import leaves, pack


def is_dataset(x: Any) -> bool:
    """Tell whether ``x`` gives batches by itself.

    >>> is_dataset([1, 2])
    False
    """
    return hasattr(x, "element_spec") or any(
        base.__name__ == "PyDataset" for base in type(x).__mro__
    )


def read_batches(x: Any, most: int | None = None) -> Iterator[tuple[Any, Any]]:
    """Yield (x, y) of each batch, at most ``most``; y is None where the dataset has no labels.

    Raises ValueError for a dataset that is empty, or that repeats without an end.
    """
    endless = hasattr(x, "cardinality") and int(x.cardinality()) == -1
    if endless and most is None:
        raise ValueError(
            "Expected a dataset with an end, got one that repeats for ever. Fix: dataset.take(1)."
        )
    count = 0
    for element in x if hasattr(x, "element_spec") else (x[k] for k in range(len(x))):
        if most is not None and count == most:
            return
        count += 1
        parts = element if isinstance(element, tuple) else (element,)
        yield parts[0], _numbers(parts[1]) if len(parts) > 1 else None
    if not count:
        raise ValueError("Expected at least one batch, got an empty dataset.")


def _numbers(y: Any) -> Any:
    return pack(y, [np.asarray(part) for part in leaves(y)])
