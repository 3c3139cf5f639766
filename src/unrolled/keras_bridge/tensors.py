"""What Keras's tensors are asked here.

Which values are tensors, which mask rides on one, by which argument one came.
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
    args: Any, kwargs: dict[str, Any], is_wanted: Callable[[Any], bool] = is_tensor
) -> tuple[list[Tensor], list[str]]:
    """Return the tensors among a call's arguments, without masks, and the argument each came by."""
    named = [("", args)] + [(k, v) for k, v in kwargs.items() if "mask" not in k]
    pairs = [(name, t) for name, value in named for t in keras.tree.flatten(value) if is_wanted(t)]
    return [t for _, t in pairs], [name for name, _ in pairs]


def riding_mask(tensor: Tensor) -> Tensor | None:
    """Return the mask that Keras has hung on a tensor.

    None where this Keras hangs none, or hangs it elsewhere.
    """
    return getattr(tensor, "_keras_mask", None)


def mask_of(args: Any, kwargs: dict[str, Any]) -> Tensor | None:
    """Return the mask that a call gets.

    The argument ``mask``, or the one riding on its first masked tensor.
    """
    masks = [m for m in keras.tree.flatten(kwargs.get("mask")) if m is not None]
    masks += [riding_mask(t) for t in tensors_in(args)]
    return next((m for m in masks if m is not None), None)


def copy_with_mask(tensor: Tensor) -> Tensor:
    """Return the same values as a new tensor, with the mask that rides on it.

    A layer that returns its input is told apart from it so.
    """
    copy = keras.ops.copy(tensor)
    mask = riding_mask(tensor)
    if mask is not None:
        # the attribute that the mask was read from, a line above
        setattr(copy, "_keras_mask", mask)  # noqa: B010
    return copy
