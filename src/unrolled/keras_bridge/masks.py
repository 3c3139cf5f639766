"""The mask that rides on a tensor: read and set through the doors that Keras opens to every layer.

Keras hands a layer the mask of what it reads as the argument ``mask``, and hangs on what it returns
the mask that its ``compute_mask`` returns.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import chain
from operator import is_not
from typing import Any

import keras

from unrolled.keras_bridge.tensors import Tensor as Tensor
from unrolled.keras_bridge.tensors import tensors_in


class _Reader(keras.layers.Layer):  # type: ignore[misc]
    """Keeps the mask of what it reads."""

    def __init__(self) -> None:
        # what is read is not to be cast
        super().__init__(dtype="float32", autocast=False, name="mask_reader")
        # Keras warns of a mask that reaches a layer which does not say so
        self.supports_masking = True
        self.seen: list[Tensor | None] = []

    def call(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        self.seen.append(mask)
        return x


class _Writer(keras.layers.Layer):  # type: ignore[misc]
    """Returns a copy of its first argument that carries the second one as its mask."""

    def __init__(self) -> None:
        super().__init__(dtype="float32", autocast=False, name="mask_writer")
        self.supports_masking = True
        self.hung: list[Tensor] = []

    def call(self, x: Tensor) -> Tensor:
        return keras.ops.copy(x)

    def compute_mask(
        self, inputs: Any, previous_mask: Any = None
    ) -> Tensor | None:
        return self.hung[-1]


def hung_mask(tensor: Tensor) -> Tensor | None:
    """Return the mask that Keras has hung on a tensor; calls no layer, for use while one is heard.

    None where this Keras hangs none, or hangs it elsewhere.
    """
    return getattr(tensor, "_keras_mask", None)


def mask_of(tensor: Tensor) -> Tensor | None:
    """Return the mask (batch, timesteps) that rides on a tensor; None where there is none."""
    attribute = hung_mask(tensor)
    if attribute is not None:
        return attribute
    if keras.backend.backend() != "jax":
        return None
    # an array of JAX takes no attribute: where its mask is, only Keras knows
    reader = _Reader()
    reader(tensor)
    return reader.seen[-1]


def with_mask(tensor: Tensor, mask: Tensor | None) -> Tensor:
    """Return a copy of a tensor that carries this mask; the tensor itself where it is None."""
    # a copy would carry nothing, and cost as much
    if mask is None:
        return tensor
    writer = _Writer()
    writer.hung.append(mask)
    return writer(tensor)


def hang_mask(tensor: Tensor, mask: Tensor | None) -> Tensor:
    """Return a tensor itself with this mask riding on it, as Keras hangs it there.

    A gradient is asked of this very tensor, so that it must not be copied.
    """
    # what rides on a tensor already stays there
    if mask is None:
        return tensor
    try:
        setattr(tensor, "_keras_mask", mask)  # noqa: B010
    except AttributeError:
        # a tensor that takes no attribute: Keras keeps its mask elsewhere
        return with_mask(tensor, mask)
    return tensor


def copy_with_mask(tensor: Tensor) -> Tensor:
    """Return the same values as a new tensor, with the mask that rides on it.

    A layer that returns its input is told apart from it so.
    """
    copy = keras.ops.copy(tensor)
    return hang_mask(copy, hung_mask(tensor))


def mask_of_call(
    args: Any,
    kwargs: dict[str, Any],
    read: Callable[[Tensor], Tensor | None] = mask_of,
) -> Tensor | None:
    """Return the mask that a call gets: given, or riding on its first masked tensor."""
    given = keras.tree.flatten(kwargs.get("mask"))
    tensors = tensors_in((args, unmasked(kwargs)))
    # one by one: to read a mask may take a call of a layer
    riding = map(read, tensors)
    # is_not, as == would ask tensors
    is_mask = partial(is_not, None)
    masks = filter(is_mask, chain(given, riding))
    return next(masks, None)


def unmasked(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments by name without the masks."""
    others = dict(kwargs)
    for name in kwargs:
        # such as mask, attention_mask, query_mask
        if "mask" in name:
            del others[name]
    return others
