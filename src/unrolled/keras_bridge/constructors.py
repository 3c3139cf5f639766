"""The line that makes a layer, as its user would write it. Needs no Keras import itself."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from unrolled.keras_bridge.constructor_lines import (
    one_if_same,
    plain_sizes,
    write_key,
    write_value,
)
from unrolled.keras_bridge.constructor_lines import (
    split_constructor as split_constructor,
)
from unrolled.keras_bridge.layer_configs import read_config

#: arguments that say nothing of what the layer computes
_SAYS_NOTHING = {
    "self",
    "name",
    "dtype",
    "trainable",
    "seed",
    "args",
    "kwargs",
    "data_format",
}
#: arguments that are written as a constructor of their own
_WRAPPED = {"layer", "backward_layer", "cell"}
_NOT_SHOWN = _SAYS_NOTHING | _WRAPPED
_FUNCTIONS = {"activation", "recurrent_activation"}
#: the attribute by which a wrapper holds what it is written around
_AROUND = {
    "Bidirectional": "forward_layer",
    "TimeDistributed": "layer",
    "RNN": "cell",
}
_SIMPLE = (bool, int, float, str, type(None))
#: how the names of dtypes begin that are written: all of floats but the usual one, float32
_SHOWN_DTYPES = ("float8", "float16", "float64", "bfloat", "mixed")


def describe(layer: Any, *, around: Any = None) -> str:
    """Return the constructor line of a layer: what differs from the defaults, as one writes it.

    around: the layer that calls it. A Bidirectional sets an argument of its halves itself.

    >>> class Dense:
    ...     def __init__(self, units, activation=None, use_bias=True): ...
    ...     def get_config(self):
    ...         return {"units": 3, "activation": "relu", "use_bias": True}
    >>> describe(Dense(3))
    "Dense(3, activation='relu')"
    """
    kind = type(layer).__name__
    config = dict(read_config(layer) or _attributes(layer))
    if kind == "GetItem" and "key" in config:
        # nobody writes the operation: it is x[:, -1]
        key = write_key(config["key"])
        return f"x[{key}]"
    dtype = _write_dtype(config)
    # what is left are the arguments that may be shown
    for name in _NOT_SHOWN:
        config.pop(name, None)
    parts = _write_inner(layer)
    if kind == "Lambda":
        parts = [_write_function(layer.function)]
    for name, default in _defaults(layer, around).items():
        if name in config:
            parts += _write_argument(layer, name, default, config)
    if kind == "Bidirectional":
        parts += _write_backward(layer)
    parts += dtype
    arguments = ", ".join(parts)
    return f"{kind}({arguments})"


def _attributes(layer: Any) -> dict[str, Any]:
    """Return the arguments of a layer of Keras's that cannot say its configuration.

    A function without a name, say, has no place in a configuration.
    """
    if not type(layer).__module__.startswith("keras."):
        return {}
    arguments = inspect.signature(type(layer).__init__).parameters
    # most classes keep their arguments as attributes
    held = filter(partial(hasattr, layer), arguments)
    return {name: getattr(layer, name) for name in held}


def _write_inner(layer: Any) -> list[str]:
    """Return how the layers or cells are written that a layer is made around."""
    kind = type(layer).__name__
    cell = getattr(layer, "cell", None)
    cells = getattr(cell, "cells", None)
    if cells is not None:
        # Keras puts a list of cells into StackedRNNCells, which nobody writes
        listed = ", ".join(map(describe, cells))
        return [f"[{listed}]"]
    if kind not in _AROUND:
        # what an author's own layer holds is no argument that is known
        return []
    inner = getattr(layer, _AROUND[kind])
    if hasattr(inner, "get_layer"):
        # a whole model is known by its name
        return [inner.name]
    return [describe(inner, around=layer)]


def _defaults(layer: Any, around: Any) -> dict[str, Any]:
    """Return the arguments of a layer in their order, each with its default."""
    arguments = inspect.signature(type(layer).__init__).parameters
    defaults = {name: argument.default for name, argument in arguments.items()}
    # a recurrent layer takes it through ``**kwargs``
    defaults.setdefault("zero_output_for_mask", False)
    halves = (
        getattr(around, "forward_layer", None),
        getattr(around, "backward_layer", None),
    )
    # a Bidirectional sets it in both
    if id(layer) in map(id, halves):
        del defaults["zero_output_for_mask"]
    return defaults


def _write_argument(
    layer: Any, name: str, default: Any, config: Mapping[str, Any]
) -> list[str]:
    """Return how an argument is written; nothing where it is as usual, or too long to write."""
    value = config[name]
    if name in _FUNCTIONS and not isinstance(value, _SIMPLE):
        # Keras writes a function of the author's own down at length
        text = _write_function(getattr(layer, name, None))
    elif _is_short(value):
        if name == "axis":
            value = _count_from_end(layer, value)
        value = plain_sizes(name, value)
        default = plain_sizes(name, default)
        if value == default or _is_usual(name, value, default, config):
            return []
        text = write_value(value)
    else:
        # an initializer, say, is written down as a whole dict
        return []
    # an argument without a default is given by its place
    if default is inspect.Parameter.empty:
        return [text]
    return [f"{name}={text}"]


def _count_from_end(layer: Any, axis: Any) -> Any:
    """Return -1 for the last axis where Keras counted it when it built the layer, as 3.16 does."""
    ask: Callable[[], dict[str, Any] | None]
    ask = getattr(layer, "get_build_config", dict)
    built = ask() or {}
    shape = built.get("input_shape", ())
    if axis == [len(shape) - 1]:
        return -1
    return axis


def _is_short(value: Any) -> bool:
    """Return whether a value is a number, a text or the like, or several of them."""
    parts = [value]
    if isinstance(value, (list, tuple)):
        parts = list(value)
    return all(isinstance(part, _SIMPLE) for part in parts)


def _write_function(function: Any) -> str:
    """Return how a function or a layer in the place of one is written.

    >>> def clipped(x): ...
    >>> _write_function(clipped), _write_function(lambda x: x)
    ('clipped', 'lambda')
    """
    if hasattr(function, "get_config"):
        return describe(function)
    # an object that can be called need not have a name
    without_name = f"{type(function).__name__}()"
    name = getattr(function, "__name__", without_name)
    # Python names a lambda <lambda>
    return str(name).strip("<>")


def _is_usual(
    name: str, value: Any, default: Any, config: Mapping[str, Any]
) -> bool:
    """Return whether Keras itself fills in this value where its user says nothing."""
    # Keras writes down None as linear
    if name == "activation":
        return {value, default} <= {"linear", None}
    usual = {
        # windows of a pooling stand side by side
        "strides": one_if_same(config.get("pool_size")),
        "value_dim": config.get("key_dim"),
        "axis": -1,
        # of (batch, timesteps, features) the timesteps
        "attention_axes": 1,
    }
    # nothing that can be written is the default of get
    return bool(one_if_same(value) == usual.get(name, object()))


def _write_backward(layer: Any) -> list[str]:
    """Return the argument that a Bidirectional got where its halves differ."""
    forward = describe(layer.forward_layer, around=layer)
    backward = describe(layer.backward_layer, around=layer)
    # Keras makes the second half from the first one, and turns it round
    if forward == backward.replace(", go_backwards=True", ""):
        return []
    return [f"backward_layer={backward}"]


def _write_dtype(config: Mapping[str, Any]) -> list[str]:
    """Return the argument for a dtype other than float32."""
    dtype = config.get("dtype")
    # a policy is written down as its class and its name
    if isinstance(dtype, dict):
        policy = dtype.get("config", {})
        dtype = policy.get("name")
    name = str(dtype)
    if name.startswith(_SHOWN_DTYPES):
        return [f"dtype={name!r}"]
    return []
