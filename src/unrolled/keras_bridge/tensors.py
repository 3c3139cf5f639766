"""What Keras's tensors are asked here.

Which values are tensors, by which argument one came.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras

Tensor = Any


def is_tensor(value: Any) -> bool:
    """Return whether a value is a tensor of the backend."""
    return bool(keras.ops.is_tensor(value))


def tensors_in(structure: Any) -> list[Tensor]:
    """Return the tensors in a nested structure, in its order."""
    return [t for t in keras.tree.flatten(structure) if is_tensor(t)]


def tensors_of(
    args: Any,
    kwargs: dict[str, Any],
    is_wanted: Callable[[Any], bool] = is_tensor,
) -> tuple[list[Tensor], list[str]]:
    """Return the tensors among a call's arguments, without masks, and the argument each came by."""
    named = [("", args)] + [
        (k, v) for k, v in kwargs.items() if "mask" not in k
    ]
    pairs = [
        (name, t)
        for name, value in named
        for t in keras.tree.flatten(value)
        if is_wanted(t)
    ]
    return [t for _, t in pairs], [name for name, _ in pairs]
