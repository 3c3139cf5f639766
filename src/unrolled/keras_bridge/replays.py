"""A call of the run, made again on other arrays. What it needs is kept as plain arrays.

The call is made in a ``keras.StatelessScope``: it assigns no variable of Keras, and draws the same
random numbers each time. Attributes of Python objects that a layer changes in its own ``call`` are
put back.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras

from unrolled.keras_bridge.kept_attributes import attributes_kept, layers_in
from unrolled.keras_bridge.masks import mask_of, unmasked, with_mask
from unrolled.keras_bridge.tensors import (
    ArrayOf,
    Tensor,
    is_tensor,
    tensors_in,
)
from unrolled.traces.cells import Array


@dataclass(frozen=True)
class Place:
    """Stands in the arguments where the tensor of this number stood."""

    number: int


class UnreadableError(Exception):
    """A tensor among the arguments whose value the run does not hold."""


class ReplayError(Exception):
    """The call raised when it was made again."""


class Replay:
    """One call of a layer or an operation with its arguments as arrays.

    arrays, masks: each tensor among the arguments, and the mask that rides on it. inputs: which of
    them are the inputs of the call, in its order (masks are not). Raises UnreadableError.
    """

    def __init__(
        self,
        operation: Any,
        args: Any,
        kwargs: dict[str, Any],
        array_of: ArrayOf,
        *,
        training: bool,
    ) -> None:
        self._operation = operation
        self.arrays: list[Array] = []
        self.masks: list[Array | None] = []

        def place(leaf: Any) -> Any:
            return self._place(leaf, array_of)

        self._args = keras.tree.map_structure(place, args)
        self._kwargs: dict[str, Any] = {}
        for name, argument in kwargs.items():
            self._kwargs[name] = keras.tree.map_structure(place, argument)
        named = unmasked(self._kwargs)
        # a list, which keeps the order of the arguments, unlike a dict
        leaves = keras.tree.flatten((self._args, list(named.values())))
        self.inputs: list[int] = []
        for leaf in leaves:
            if isinstance(leaf, Place):
                self.inputs.append(leaf.number)
        # in the run Keras told the layer by itself whether it is trained
        if takes_training(operation):
            self._kwargs.setdefault("training", training)

    @property
    def batch(self) -> int:
        """The length of the first axis of the first input."""
        first = self.arrays[self.inputs[0]]
        if first.ndim == 0:
            return 1
        return len(first)

    def run(
        self, arrays: Sequence[Array], masks: Sequence[Array | None]
    ) -> list[Array]:
        """Return what the call returns for these arrays in the place of its own.

        Raises ReplayError where the call raises.
        """
        tensors = list(map(_as_tensor, arrays, masks))
        args = fill_places(self._args, tensors)
        kwargs = fill_places(self._kwargs, tensors)
        layers = layers_in(self._operation)
        with keras.StatelessScope(), attributes_kept(layers):
            try:
                outputs = self._operation(*args, **kwargs)
                returned = tensors_in(outputs)
                # in here, as some backends compute only when asked for the numbers
                return list(map(keras.ops.convert_to_numpy, returned))
            # the reader's own code may raise anything
            except Exception as error:
                raise ReplayError from error

    def _place(self, leaf: Any, array_of: ArrayOf) -> Any:
        """Return a Place for a tensor, whose array and mask are kept; else the argument."""
        if not is_tensor(leaf):
            return leaf
        mask = mask_of(leaf)
        riding = None
        if mask is not None:
            riding = _read(mask, array_of)
        number = len(self.arrays)
        self.arrays.append(_read(leaf, array_of))
        self.masks.append(riding)
        return Place(number)


def takes_training(operation: Any) -> bool:
    """Return whether a layer's call has the argument training, as Keras asks; no operation's has.

    A cell is a layer too, unless it is a class of the author's own.
    """
    if not isinstance(operation, keras.layers.Layer):
        return False
    return "training" in inspect.signature(operation.call).parameters


def put_places(structure: Any, places: Mapping[int, Any]) -> Any:
    """Return a nested structure with something else in the place of some leaves.

    places: what stands there, by the id of the leaf.
    """

    def put(leaf: Any) -> Any:
        return places.get(id(leaf), leaf)

    return keras.tree.map_structure(put, structure)


def fill_places(structure: Any, tensors: Sequence[Tensor]) -> Any:
    """Return a nested structure with a tensor in each Place, the one of its number."""

    def fill(leaf: Any) -> Any:
        if isinstance(leaf, Place):
            return tensors[leaf.number]
        return leaf

    return keras.tree.map_structure(fill, structure)


def _read(tensor: Tensor, array_of: ArrayOf) -> Array:
    """Return the array of a tensor. Raises UnreadableError where the run does not hold it."""
    array = array_of(tensor)
    if array is None:
        raise UnreadableError
    return array


def _as_tensor(array: Array, mask: Array | None) -> Tensor:
    """Return an array as a tensor with its mask riding on it."""
    tensor = keras.ops.convert_to_tensor(array)
    if mask is None:
        return tensor
    return with_mask(tensor, keras.ops.convert_to_tensor(mask))


def tensors_to_repeat(arguments: tuple[Any, dict[str, Any]]) -> list[Tensor]:
    """Return the tensors whose arrays a Replay needs: the arguments, and the masks on them."""
    tensors = tensors_in(arguments)
    masks = list(map(mask_of, tensors))
    return [*tensors, *tensors_in(masks)]
