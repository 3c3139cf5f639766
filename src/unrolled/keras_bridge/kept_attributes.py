"""What a call leaves on the Python objects of its layers is put back."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from itertools import chain
from typing import Any

import keras

from unrolled.keras_bridge.models import is_of_keras
from unrolled.keras_bridge.nested_layers import layers_of

#: what a training sets on a model, which may go on in another thread meanwhile
_TRAINING = {
    "train_function",
    "test_function",
    "predict_function",
    "stop_training",
    "history",
}
#: stands for the value of an attribute that is gone
_GONE = object()


@dataclass(frozen=True)
class _Kind:
    """How a kind of container is read and filled, past the classes that Keras makes of it.

    items: gives each thing that it holds as a tuple: of a dict its key and its value. add: takes
    the container and such a tuple.
    """

    items: Callable[[Any], Iterable[tuple[Any, ...]]]
    clear: Callable[[Any], None]
    add: Callable[..., None]


#: an OrderedDict notes the order beside the dict that it is, so that it comes before dict
_KINDS: dict[type, _Kind] = {
    list: _Kind(zip, list.clear, list.append),
    set: _Kind(zip, set.clear, set.add),
    OrderedDict: _Kind(
        OrderedDict.items, OrderedDict.clear, OrderedDict.__setitem__
    ),
    dict: _Kind(dict.items, dict.clear, dict.__setitem__),
}


@dataclass(frozen=True)
class _Held:
    """A container, and what it held."""

    container: Any
    kind: _Kind
    items: list[tuple[Any, ...]]

    def put_back(self) -> None:
        """Fill the container with what it held; one that still holds it is not touched."""
        items = self.kind.items(self.container)
        now = list(chain.from_iterable(items))
        before = list(chain.from_iterable(self.items))
        # by their ids, as == would ask arrays
        if list(map(id, now)) == list(map(id, before)):
            return
        self.kind.clear(self.container)
        for item in self.items:
            self.kind.add(self.container, *item)


def layers_in(operation: Any) -> list[Any]:
    """Return a layer and all layers inside it; nothing for an operation that is none."""
    # an operation such as Add is no layer, and holds none
    if not isinstance(operation, keras.layers.Layer):
        return []
    return layers_of(operation)


@contextmanager
def attributes_kept(layers: Sequence[Any]) -> Iterator[None]:
    """Put back the attributes that readers' own layers set, and the lists and dicts they hold.

    Keras's layers change nothing in a ``keras.StatelessScope`` but their losses, and its cells
    what they note of dropout.
    """
    noting = list(filter(_notes, layers))
    attributes = list(map(_own_attributes, noting))
    values = list(chain.from_iterable(map(dict.values, attributes)))
    # the lists of losses, which Keras fills and empties on each of its layers
    for layer in layers:
        losses = getattr(layer, "_losses", None)
        ids = getattr(layer, "_loss_ids", None)
        values += [losses, ids]
    held = list(filter(None, map(_hold, values)))
    try:
        yield
    finally:
        for layer, before in zip(noting, attributes, strict=True):
            _put_back(layer, before)
        for container in held:
            container.put_back()


def _notes(layer: Any) -> bool:
    """Return whether a layer may note something on itself."""
    # a cell of Keras notes on itself what dropout drops
    if hasattr(layer, "get_dropout_mask"):
        return True
    # a class of the reader's own may note anything
    return not is_of_keras(layer)


def _own_attributes(layer: Any) -> dict[str, Any]:
    """Return the attributes that a reader's class has set on a layer; of a cell all that it has."""
    attributes = dict(vars(layer))
    # of a cell what Keras sets counts too, such as what dropout drops
    if hasattr(layer, "get_dropout_mask"):
        return attributes
    for name in _names_of_keras():
        attributes.pop(name, None)
    return attributes


@cache
def _names_of_keras() -> frozenset[str]:
    """Return the attributes that Keras itself sets on a layer or a model."""
    # with a name, as one without takes a number that the next layer would have got
    layer = keras.layers.Layer(name="plain")
    model = keras.Model(name="plain")
    names = {*_TRAINING, *vars(layer), *vars(model)}
    return frozenset(names)


def _put_back(layer: Any, attributes: dict[str, Any]) -> None:
    # past Keras, which tracks what is set
    now = _own_attributes(layer)
    new_names = now.keys() - attributes.keys()
    for name in new_names:
        object.__delattr__(layer, name)
    for name, value in attributes.items():
        if now.get(name, _GONE) is not value:
            object.__setattr__(layer, name, value)


def _hold(value: Any) -> _Held | None:
    """Return a container with what it holds; None for another value."""
    # by its type: TensorFlow wraps a dict in an object that only claims to be one
    is_a = partial(issubclass, type(value))
    found = next(filter(is_a, _KINDS), None)
    if found is None:
        return None
    kind = _KINDS[found]
    items = list(kind.items(value))
    return _Held(value, kind, items)
