"""What Keras's tensors are asked here.

Which values are tensors, by which argument one came.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

from unrolled.traces.cells import Array

Tensor = Any
#: gives the array of a tensor that was heard; None for one that cannot be seen
ArrayOf = Callable[[Tensor], Array | None]


def is_tensor(value: Any) -> bool:
    """Return whether a value is a tensor of the backend."""
    return bool(keras.ops.is_tensor(value))


def tensors_in(structure: Any) -> list[Tensor]:
    """Return the tensors in a nested structure, in its order."""
    leaves = keras.tree.flatten(structure)
    return list(filter(is_tensor, leaves))


def tensors_of(
    args: Any,
    kwargs: dict[str, Any],
    is_wanted: Callable[[Any], bool] = is_tensor,
) -> tuple[list[Tensor], list[str]]:
    """Return the tensors among a call's arguments, without masks, and the argument each came by."""
    tensors: list[Tensor] = []
    names: list[str] = []
    for name, value in {"": args, **kwargs}.items():
        # a mask is no input: it is shown where it acts
        if "mask" in name:
            continue
        leaves = keras.tree.flatten(value)
        found = list(filter(is_wanted, leaves))
        tensors += found
        names += [name] * len(found)
    return tensors, names
