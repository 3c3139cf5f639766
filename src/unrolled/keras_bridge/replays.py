"""A call of the run, made again on other arrays. What it needs is kept as plain arrays.

The call is made in a ``keras.StatelessScope``: it assigns no variable of Keras, and draws the same
random numbers each time. Attributes of Python objects that a layer changes in its own ``call`` are
put back.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import keras

from unrolled.keras_bridge.masks import Tensor, mask_of, unmasked, with_mask
from unrolled.keras_bridge.nested_layers import layers_of
from unrolled.traces.cells import Array

Value = Callable[[Tensor], Array | None]


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
        value: Value,
        *,
        training: bool,
    ) -> None:
        self._operation, self._training = operation, training
        self.arrays: list[Array] = []
        self.masks: list[Array | None] = []
        self._args = keras.tree.map_structure(
            lambda leaf: self._place(leaf, value), args
        )
        named = {
            name: keras.tree.map_structure(
                lambda leaf: self._place(leaf, value), argument
            )
            for name, argument in kwargs.items()
        }
        self._kwargs = named
        leaves = keras.tree.flatten(
            (self._args, list(unmasked(named).values()))
        )
        self.inputs = [
            leaf.number for leaf in leaves if isinstance(leaf, Place)
        ]

    @property
    def batch(self) -> int:
        """The length of the first axis of the first input."""
        first = self.arrays[self.inputs[0]]
        return int(first.shape[0]) if first.ndim else 1

    def run(
        self, arrays: Sequence[Array], masks: Sequence[Array | None]
    ) -> list[Array]:
        """Return what the call returns for these arrays in the place of its own.

        Raises ReplayError where the call raises.
        """
        tensors = [
            with_mask(
                keras.ops.convert_to_tensor(a),
                None if m is None else _tensor(m),
            )
            for a, m in zip(arrays, masks, strict=True)
        ]

        def fill(leaf: Any) -> Any:
            return tensors[leaf.number] if isinstance(leaf, Place) else leaf

        args = keras.tree.map_structure(fill, self._args)
        kwargs = (
            keras.tree.map_structure(fill, self._kwargs) | self._training_flag()
        )
        with (
            keras.StatelessScope(),
            attributes_kept(layers_in(self._operation)),
        ):
            try:
                outputs = self._operation(*args, **kwargs)
            except (
                Exception
            ) as error:  # the reader's own code may raise anything
                raise ReplayError from error
        found = [
            t for t in keras.tree.flatten(outputs) if keras.ops.is_tensor(t)
        ]
        return [keras.ops.convert_to_numpy(tensor) for tensor in found]

    def _place(self, leaf: Any, value: Value) -> Any:
        """Return a Place for a tensor, whose array and mask are kept; else the argument."""
        if not keras.ops.is_tensor(leaf):
            return leaf
        array, mask = value(leaf), mask_of(leaf)
        riding = None if mask is None else value(mask)
        if array is None or (mask is not None and riding is None):
            raise UnreadableError
        self.arrays.append(array)
        self.masks.append(riding)
        return Place(len(self.arrays) - 1)

    def _training_flag(self) -> dict[str, Any]:
        """Return the flag of the run for a layer that takes it."""
        if (
            not isinstance(self._operation, keras.layers.Layer)
            or "training" in self._kwargs
        ):
            return {}
        takes = "training" in inspect.signature(self._operation.call).parameters
        return {"training": self._training} if takes else {}


def _tensor(mask: Array) -> Tensor:
    return keras.ops.convert_to_tensor(mask)


def tensors_to_repeat(arguments: tuple[Any, dict[str, Any]]) -> list[Tensor]:
    """Return the tensors whose arrays a Replay needs: the arguments, and the masks on them."""
    tensors = [
        t for t in keras.tree.flatten(arguments) if keras.ops.is_tensor(t)
    ]
    masks = [mask_of(tensor) for tensor in tensors]
    return [*tensors, *(mask for mask in masks if mask is not None)]


def layers_in(operation: Any) -> list[Any]:
    """Return a layer and all layers inside it; nothing for an operation that is none."""
    return (
        layers_of(operation)
        if isinstance(operation, keras.layers.Layer)
        else []
    )


_CONTAINERS = (list, dict, set)
_LOSSES = ("_losses", "_loss_ids")
#: what a training sets on a model, which may go on in another thread meanwhile
_TRAINING = {
    "train_function",
    "test_function",
    "predict_function",
    "stop_training",
    "history",
}


@cache
def _names_of_keras() -> frozenset[str]:
    """Return the attributes that Keras itself sets on a layer or a model."""
    plain = (keras.layers.Layer(name="plain"), keras.Model(name="plain"))
    return frozenset(_TRAINING.union(*(vars(layer) for layer in plain)))


def _own_attributes(layer: Any) -> dict[str, Any]:
    """Return the attributes that a reader's class has set on a layer; of a cell all that it has."""
    if _is_cell(layer):
        return dict(vars(layer))
    known = _names_of_keras()
    return {
        name: value for name, value in vars(layer).items() if name not in known
    }


def _is_cell(layer: Any) -> bool:
    """Return whether a layer is a cell of Keras, which notes on itself what dropout drops."""
    return hasattr(layer, "get_dropout_mask")


def _containers_of(
    layers: Sequence[Any], attributes: Sequence[tuple[Any, dict[str, Any]]]
) -> list[Any]:
    """Return the lists, dicts and sets among the attributes, and the losses of the layers."""
    values = [value for _, named in attributes for value in named.values()]
    values += [
        getattr(layer, name, None) for layer in layers for name in _LOSSES
    ]
    # by the type: TensorFlow wraps a dict in an object that only claims to be one
    return list(
        {id(v): v for v in values if issubclass(type(v), _CONTAINERS)}.values()
    )


@contextmanager
def attributes_kept(layers: Sequence[Any]) -> Iterator[None]:
    """Put back the attributes that readers' own layers set, and the lists and dicts they hold.

    Keras's layers change nothing in a ``keras.StatelessScope`` but their losses, and its cells
    what they note of dropout.
    """
    written = [
        layer for layer in layers if _is_cell(layer) or not _is_of_keras(layer)
    ]
    before = [(layer, _own_attributes(layer)) for layer in written]
    held = [(c, _content(c)) for c in _containers_of(layers, before)]
    try:
        yield
    finally:
        for layer, attributes in before:
            _put_back(layer, attributes)
        for container, content in held:
            _refill(container, content)


def _is_of_keras(layer: Any) -> bool:
    return type(layer).__module__.startswith("keras.")


def _put_back(layer: Any, attributes: dict[str, Any]) -> None:
    now = _own_attributes(layer)
    for name in [n for n in now if n not in attributes]:
        object.__delattr__(layer, name)
    for name, value in attributes.items():
        if name not in now or now[name] is not value:
            object.__setattr__(layer, name, value)


def _content(container: Any) -> Any:
    """Return a plain copy of what a container holds, past the classes that Keras makes of it."""
    if isinstance(container, dict):
        return dict(dict.items(container))
    return list(container)


def _refill(container: Any, content: Any) -> None:
    """Fill a container with what it held; one that still holds it is not touched."""
    now = _content(container)
    same = len(now) == len(content) and all(
        a is b for a, b in zip(_parts(now), _parts(content), strict=True)
    )
    if same:
        return
    if isinstance(container, dict):
        dict.clear(container)
        dict.update(container, content)
    elif isinstance(container, set):
        set.clear(container)
        set.update(container, content)
    else:
        list.clear(container)
        list.extend(container, content)


def _parts(content: Any) -> list[Any]:
    return (
        list(content.values()) if isinstance(content, dict) else list(content)
    )
