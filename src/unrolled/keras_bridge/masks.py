"""The mask that rides on a tensor: read and set through the doors that Keras opens to every layer.

Keras hands a layer the mask of what it reads as the argument ``mask``, and hangs on what it returns
the mask that its ``compute_mask`` returns.
"""

from __future__ import annotations

from typing import Any

import keras

Tensor = Any


class _Reader(keras.layers.Layer):  # type: ignore[misc]
    """Keeps the mask of what it reads."""

    def __init__(self) -> None:
        super().__init__(dtype="float32", autocast=False, name="mask_reader")
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

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Tensor | None:
        return self.hung[-1]


def mask_of(tensor: Tensor) -> Tensor | None:
    """Return the mask (batch, timesteps) that rides on a tensor; None where there is none."""
    attribute = getattr(tensor, "_keras_mask", None)
    if attribute is not None or keras.backend.backend() != "jax":
        return attribute
    reader = _Reader()
    reader(tensor)
    return reader.seen[-1]


def with_mask(tensor: Tensor, mask: Tensor | None) -> Tensor:
    """Return a copy of a tensor that carries this mask; the tensor itself where it is None."""
    if mask is None:
        return tensor
    writer = _Writer()
    writer.hung.append(mask)
    return writer(tensor)


def mask_of_call(args: Any, kwargs: dict[str, Any]) -> Tensor | None:
    """Return the mask that a call gets: given, or riding on its first tensor."""
    given = [m for m in keras.tree.flatten(kwargs.get("mask")) if m is not None]
    if given:
        return given[0]
    tensors = [t for t in keras.tree.flatten((args, unmasked(kwargs))) if keras.ops.is_tensor(t)]
    riding = (mask_of(tensor) for tensor in tensors)
    return next((mask for mask in riding if mask is not None), None)


def unmasked(kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments by name without the masks."""
    return {name: value for name, value in kwargs.items() if "mask" not in name}
