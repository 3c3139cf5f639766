"""What a call leaves on the Python objects of its layers is put back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import keras

from unrolled.keras_bridge.nested_layers import layers_of

_LOSSES = ("_losses", "_loss_ids")
#: what a training sets on a model, which may go on in another thread meanwhile
_TRAINING = {
    "train_function",
    "test_function",
    "predict_function",
    "stop_training",
    "history",
}
#: what a container is filled with, past the classes that Keras makes of it
_FILL: dict[type, Callable[[Any, Any], None]] = {
    list: list.extend,
    dict: dict.update,
    set: set.update,
}


def layers_in(operation: Any) -> list[Any]:
    """Return a layer and all layers inside it; nothing for an operation that is none."""
    if not isinstance(operation, keras.layers.Layer):
        return []
    return layers_of(operation)


@contextmanager
def attributes_kept(layers: Sequence[Any]) -> Iterator[None]:
    """Put back the attributes that readers' own layers set, and the lists and dicts they hold.

    Keras's layers change nothing in a ``keras.StatelessScope`` but their losses, and its cells
    what they note of dropout.
    """
    before = [
        (layer, _own_attributes(layer)) for layer in layers if _notes(layer)
    ]
    values: list[Any] = []
    for _, attributes in before:
        values += attributes.values()
    for layer in layers:
        values += [getattr(layer, name, None) for name in _LOSSES]
    held = [(value, _content(value)) for value in values if _kind_of(value)]
    try:
        yield
    finally:
        for layer, attributes in before:
            _put_back(layer, attributes)
        for container, content in held:
            _refill(container, content)


def _notes(layer: Any) -> bool:
    """Return whether a layer may note something on itself."""
    return _is_cell(layer) or not type(layer).__module__.startswith("keras.")


def _is_cell(layer: Any) -> bool:
    """Return whether a layer is a cell of Keras, which notes on itself what dropout drops."""
    return hasattr(layer, "get_dropout_mask")


def _own_attributes(layer: Any) -> dict[str, Any]:
    """Return the attributes that a reader's class has set on a layer; of a cell all that it has."""
    attributes = dict(vars(layer))
    if not _is_cell(layer):
        for name in _names_of_keras():
            attributes.pop(name, None)
    return attributes


@cache
def _names_of_keras() -> frozenset[str]:
    """Return the attributes that Keras itself sets on a layer or a model."""
    layer = keras.layers.Layer(name="plain")
    model = keras.Model(name="plain")
    return frozenset({*_TRAINING, *vars(layer), *vars(model)})


def _put_back(layer: Any, attributes: dict[str, Any]) -> None:
    now = _own_attributes(layer)
    for name in now.keys() - attributes.keys():
        object.__delattr__(layer, name)
    for name, value in attributes.items():
        if name not in now or now[name] is not value:
            object.__setattr__(layer, name, value)


def _kind_of(value: Any) -> type | None:
    """Return which kind of container a value is; None for another value.

    By its type: TensorFlow wraps a dict in an object that only claims to be one.
    """
    kinds = [kind for kind in _FILL if issubclass(type(value), kind)]
    return next(iter(kinds), None)


def _content(container: Any) -> Any:
    """Return a plain copy of what a container holds, past the classes that Keras makes of it."""
    if isinstance(container, dict):
        return dict(dict.items(container))
    return list(container)


def _refill(container: Any, content: Any) -> None:
    """Fill a container with what it held; one that still holds it is not touched."""
    if _identities(_content(container)) == _identities(content):
        return
    kind: Any = _kind_of(container)
    kind.clear(container)
    _FILL[kind](container, content)


def _identities(content: Any) -> list[int]:
    """Return the ids of what a container holds."""
    values = content
    if isinstance(content, dict):
        values = content.values()
    return list(map(id, values))
