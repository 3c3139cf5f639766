"""The line that makes a layer, as its user would write it. Needs no Keras import itself."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, cast

W = TypeVar("W")

#: arguments that say nothing of what the layer computes
_NOT_SHOWN = {
    "self",
    "name",
    "dtype",
    "trainable",
    "seed",
    "args",
    "kwargs",
    "data_format",
}
_WRAPPED = {
    "layer",
    "backward_layer",
    "cell",
}  # written as a constructor of their own
_SIZES = {
    "kernel_size",
    "strides",
    "dilation_rate",
    "pool_size",
}  # kept as one number per axis
_FUNCTIONS = {"activation", "recurrent_activation"}
#: taken by a recurrent layer through ``**kwargs``, where its signature does not name it
_PASSED_ON = {"zero_output_for_mask": False}
_SIMPLE = (bool, int, float, str, type(None))


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
    config = read_config(layer) or _attributes(layer)
    if type(layer).__name__ == "GetItem" and "key" in config:
        return f"x[{_write_key(config['key'])}]"
    shown = _defaults(layer)
    if _is_half(layer, around):
        shown.pop("zero_output_for_mask", None)
    parts = _inner_parts(layer)
    for name, default in shown.items():
        if name in config:
            parts += _write_argument(layer, name, default, config)
    if type(layer).__name__ == "Lambda":
        parts.insert(0, _write_function(layer.function))
    return f"{type(layer).__name__}({', '.join(parts + _backward(layer) + _dtype(config))})"


def _attributes(layer: Any) -> dict[str, Any]:
    """Return the arguments of a layer of Keras's that cannot say its configuration.

    A function without a name, say, has no place in a configuration.
    """
    if not type(layer).__module__.startswith("keras."):
        return {}
    parameters = inspect.signature(type(layer).__init__).parameters
    return {
        name: getattr(layer, name)
        for name in parameters
        if hasattr(layer, name)
    }


def _is_half(layer: Any, around: Any) -> bool:
    halves = (
        getattr(around, "forward_layer", None),
        getattr(around, "backward_layer", None),
    )
    return any(half is layer for half in halves)


def _inner_parts(layer: Any) -> list[str]:
    """Return how the layers or cells are written that a layer is made around."""
    cells = getattr(getattr(layer, "cell", None), "cells", None)
    if cells is not None:
        return [f"[{', '.join(describe(cell) for cell in cells)}]"]
    inner = _inner(layer)
    return [
        i.name if hasattr(i, "get_layer") else describe(i, around=layer)
        for i in inner
    ]


def _defaults(layer: Any) -> dict[str, Any]:
    """Return the arguments that may be shown, in their order, each with its default."""
    parameters = inspect.signature(type(layer).__init__).parameters
    hidden = _NOT_SHOWN | _WRAPPED
    named = {
        name: p.default for name, p in parameters.items() if name not in hidden
    }
    return named | {
        name: d for name, d in _PASSED_ON.items() if name not in named
    }


def _write_argument(
    layer: Any, name: str, default: Any, config: dict[str, Any]
) -> list[str]:
    """Return how an argument is written; nothing where it is as usual, or too long to write."""
    value = config[name]
    if name in _FUNCTIONS and not isinstance(value, _SIMPLE):
        return _write_named(
            name, _write_function(getattr(layer, name, None)), default
        )
    if isinstance(value, (list, tuple)) and all(
        isinstance(v, _SIMPLE) for v in value
    ):
        value = _as_written(name, value)
    elif not isinstance(value, _SIMPLE):
        return []
    if isinstance(default, (list, tuple)):
        default = _as_written(name, default)
    if value == default or _is_usual(name, value, default, config):
        return []
    return _write_named(name, _write(value), default)


def _write_named(name: str, text: str, default: Any) -> list[str]:
    return [text] if default is inspect.Parameter.empty else [f"{name}={text}"]


def _as_written(name: str, value: Any) -> Any:
    """Return a tuple as its user writes it: of a size that is the same on each axis one number."""
    return _plain(tuple(value)) if name in _SIZES else tuple(value)


def _write_function(function: Any) -> str:
    """Return how a function or a layer in the place of one is written.

    >>> def clipped(x): ...
    >>> _write_function(clipped), _write_function(lambda x: x)
    ('clipped', 'lambda')
    """
    if hasattr(function, "get_config"):
        return describe(function)
    name = getattr(function, "__name__", None)
    if name is None:
        return f"{type(function).__name__}()"
    return "lambda" if name == "<lambda>" else str(name)


def _is_usual(
    name: str, value: Any, default: Any, config: dict[str, Any]
) -> bool:
    """Return whether Keras itself fills in this value where its user says nothing."""
    if name == "activation":
        return {value, default} <= {"linear", None}
    usual = {
        "strides": config.get("pool_size"),
        "value_dim": config.get("key_dim"),
        "axis": (-1,),
        "attention_axes": (1,),
    }
    if name not in usual:
        return False
    known = usual[name]
    if isinstance(known, (list, tuple)):
        return value in (tuple(known), _plain(tuple(known)))
    return bool(value == known)


def _dtype(config: dict[str, Any]) -> list[str]:
    """Return the argument for a dtype other than float32."""
    name = config.get("dtype")
    if isinstance(name, dict):
        name = name.get("config", {}).get("name")
    if not isinstance(name, str) or name == "float32":
        return []
    return (
        [f"dtype={name!r}"]
        if name.startswith(("float", "bfloat", "mixed"))
        else []
    )


def _write(value: Any) -> str:
    """Return a value as its user would write it; of a float four digits.

    >>> _write(0.00392156862745098), _write(0.25), _write("tanh")
    ('0.003922', '0.25', "'tanh'")
    """
    return f"{value:.4g}" if isinstance(value, float) else repr(value)


def _write_key(key: Any) -> str:
    """Return what stands between the brackets of an indexed tensor.

    >>> _write_key((slice(None), -1)), _write_key((Ellipsis, slice(1, 3)))
    (':, -1', '..., 1:3')
    """
    if isinstance(key, (tuple, list)):
        return ", ".join(map(_write_key, key))
    if isinstance(key, slice):
        return _write_slice(key)
    return "..." if key is Ellipsis else str(key)


def _write_slice(key: slice) -> str:
    ends = [key.start, key.stop]
    if key.step is not None:
        ends.append(key.step)
    return ":".join("" if end is None else str(end) for end in ends)


def _backward(layer: Any) -> list[str]:
    """Return the argument that a Bidirectional got where its halves differ."""
    if type(layer).__name__ != "Bidirectional":
        return []
    line = describe(layer.backward_layer, around=layer)
    alike = describe(layer.forward_layer, around=layer) == line.replace(
        ", go_backwards=True", ""
    )
    return [] if alike else [f"backward_layer={line}"]


def _plain(values: tuple[Any, ...]) -> Any:
    """Return one value for a tuple of the same ones: Keras stores ``strides=1`` as ``(1, 1)``.

    >>> _plain((2, 2)), _plain((2, 3))
    (2, (2, 3))
    """
    return values[0] if len(set(values)) == 1 else values


class _Read:
    """What was read of the layers within one block, by the id of the layer or cell."""

    def __init__(self) -> None:
        self.configs: dict[int, dict[str, Any]] = {}
        self.weights: dict[int, Any] = {}


_READ: ContextVar[_Read | None] = ContextVar("read", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """Ask each layer for its configuration once: it takes longer than all else that is read.

    Weights that are the same are kept once, too. A block inside another one adds to what that
    knows.
    """
    token = _READ.set(_READ.get() or _Read())
    try:
        yield
    finally:
        _READ.reset(token)


def read_config(layer: Any) -> dict[str, Any]:
    """Return the layer's configuration; empty where it has none (a class without get_config)."""
    read = _READ.get()
    if read is None:
        return _ask_config(layer)
    if id(layer) not in read.configs:
        read.configs[id(layer)] = _ask_config(layer)
    return read.configs[id(layer)]


def share_weights(cell: Any, weights: W) -> W:
    """Return the weights that were read of this cell before, if they are equal, else these."""
    read = _READ.get()
    if read is None:
        return weights
    before = read.weights.get(id(cell))
    if before == weights:
        return cast("W", before)
    read.weights[id(cell)] = weights
    return weights


def _ask_config(layer: Any) -> dict[str, Any]:
    nodes = getattr(layer, "_inbound_nodes", None)
    if type(layer).__name__ == "GetItem" and nodes:
        return {"key": nodes[0].arguments.args[-1]}
    try:
        return dict(layer.get_config())
    except (NotImplementedError, AttributeError, TypeError, ValueError):
        return {}


def split_constructor(text: str) -> list[str]:
    """Split a constructor line into its positional part and its keyword arguments.

    >>> split_constructor("LSTM(4, activation='relu', stateful=True)")
    ['LSTM(4)', "activation='relu'", 'stateful=True']
    >>> split_constructor("TimeDistributed(Dense(2, use_bias=False))")
    ['TimeDistributed(Dense(2, use_bias=False))']
    """
    cuts = _find_cuts(text)
    if not cuts or not text.endswith(")"):
        return _split_single(text)
    ends = [*cuts, len(text) - 1]
    parts = [
        text[a:b].strip(", ") for a, b in zip([0, *cuts], ends, strict=True)
    ]
    head, _, keyword = parts[0].partition("(")
    if re.match(r"\w+=", keyword):
        return [f"{head}()", keyword, *parts[1:]]
    return [f"{parts[0]})", *parts[1:]]


def _find_cuts(text: str) -> list[int]:
    """Return where the commas stand before keyword arguments of the constructor itself."""
    depth = 0
    cuts: list[int] = []
    for index, char in enumerate(text):
        depth += char in "([{"
        depth -= char in ")]}"
        if char == "," and depth == 1 and re.match(r",\s*\w+=", text[index:]):
            cuts.append(index)
    return cuts


def _split_single(text: str) -> list[str]:
    """Split a constructor of one argument, if it is a keyword."""
    match = re.fullmatch(r"(\w+)\((\w+=.*)\)", text)
    if match is None or "," in match[2]:
        return [text]
    return [f"{match[1]}()", match[2]]


def _inner(layer: Any) -> list[Any]:
    """Return the layers or cells that a wrapper or an RNN is written around."""
    if type(layer).__name__ == "Bidirectional":
        return [layer.forward_layer]
    if type(layer).__name__ == "TimeDistributed":
        return [layer.layer]
    return [layer.cell] if type(layer).__name__ == "RNN" else []
