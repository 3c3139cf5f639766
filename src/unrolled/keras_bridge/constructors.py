"""The line that makes a layer, as its user would write it. Reads layers; needs no Keras import itself."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_NOT_SHOWN = {
    "self",
    "name",
    "dtype",
    "trainable",
    "seed",
    "args",
    "kwargs",
    "data_format",
    "zero_output_for_mask",
}
_WRAPPED = {"layer", "backward_layer", "cell"}  # written as a constructor of their own
_SIZES = {
    "kernel_size",
    "strides",
    "dilation_rate",
    "pool_size",
}  # kept as one number per axis of space
_SIMPLE = (bool, int, float, str, type(None))


def describe(layer: Any) -> str:
    """Return the constructor line of a layer: what differs from the defaults, as its user would write it.

    >>> class Dense:
    ...     def __init__(self, units, activation=None, use_bias=True): ...
    ...     def get_config(self):
    ...         return {"units": 3, "activation": "relu", "use_bias": True}
    >>> describe(Dense(3))
    "Dense(3, activation='relu')"
    """
    config = read_config(layer)
    if type(layer).__name__ == "GetItem" and "key" in config:
        return f"x[{_write_key(config['key'])}]"
    parts = [
        inner.name if hasattr(inner, "get_layer") else describe(inner) for inner in _inner(layer)
    ]
    if hasattr(getattr(layer, "cell", None), "cells"):
        parts = [f"[{', '.join(describe(cell) for cell in layer.cell.cells)}]"]
    for name, parameter in inspect.signature(type(layer).__init__).parameters.items():
        if name in _NOT_SHOWN | _WRAPPED or name not in config:
            continue
        value, default = config[name], parameter.default
        if isinstance(value, (list, tuple)) and all(isinstance(v, _SIMPLE) for v in value):
            value = _plain(tuple(value)) if name in _SIZES else tuple(value)
        elif not isinstance(value, _SIMPLE):
            continue
        default = (
            _plain(tuple(default))
            if name in _SIZES and isinstance(default, (list, tuple))
            else default
        )
        if default is inspect.Parameter.empty:
            parts.append(_write(value))
        elif value != default and not _is_usual(name, value, default, config):
            parts.append(f"{name}={_write(value)}")
    if type(layer).__name__ == "Lambda":
        parts.insert(0, getattr(layer.function, "__name__", "function"))
    return f"{type(layer).__name__}({', '.join(parts + _backward(layer) + _dtype(config))})"


def _is_usual(name: str, value: Any, default: Any, config: dict[str, Any]) -> bool:
    """Tell whether Keras itself fills in this value where its user says nothing."""
    if name == "activation":
        return {value, default} <= {"linear", None}
    usual = {
        "strides": config.get("pool_size"),
        "value_dim": config.get("key_dim"),
        "axis": (-1,),
        "attention_axes": (1,),
    }
    known = usual.get(name)
    return name in usual and value in (
        known,
        _plain(tuple(known)) if isinstance(known, (list, tuple)) else known,
    )


def _dtype(config: dict[str, Any]) -> list[str]:
    """Return the argument for a dtype other than float32."""
    policy = config.get("dtype")
    name = policy.get("config", {}).get("name") if isinstance(policy, dict) else policy
    known = isinstance(name, str) and name.startswith(("float", "bfloat", "mixed"))
    return [f"dtype={name!r}"] if known and name != "float32" else []


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
        ends = ["" if end is None else str(end) for end in (key.start, key.stop, key.step)]
        return ":".join(ends if key.step is not None else ends[:2])
    return "..." if key is Ellipsis else str(key)


def _backward(layer: Any) -> list[str]:
    """Return the argument that a Bidirectional got where its halves differ."""
    if type(layer).__name__ != "Bidirectional":
        return []
    line = describe(layer.backward_layer)
    alike = describe(layer.forward_layer) == line.replace(", go_backwards=True", "")
    return [] if alike else [f"backward_layer={line}"]


def _plain(values: tuple[Any, ...]) -> Any:
    """Return one value for a tuple of the same ones: Keras stores ``strides=1`` as ``(1, 1)``.

    >>> _plain((2, 2)), _plain((2, 3))
    (2, (2, 3))
    """
    return values[0] if len(set(values)) == 1 else values


def read_config(layer: Any) -> dict[str, Any]:
    """Return the layer's configuration; empty where the layer cannot tell it (a class without get_config)."""
    known = _KNOWN.get()
    if known is None:
        return _ask_config(layer)
    if id(layer) not in known:
        known[id(layer)] = _ask_config(layer)
    return known[id(layer)]


@contextmanager
def reading_once() -> Iterator[None]:
    """Ask each layer for its configuration once within the block: it takes longer than all else that is read."""
    token = _KNOWN.set({})
    try:
        yield
    finally:
        _KNOWN.reset(token)


_KNOWN: ContextVar[dict[int, dict[str, Any]] | None] = ContextVar("known", default=None)


def _ask_config(layer: Any) -> dict[str, Any]:
    if type(layer).__name__ == "GetItem" and getattr(layer, "_inbound_nodes", None):
        return {"key": layer._inbound_nodes[0].arguments.args[-1]}
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
    depth, cuts = 0, []
    for place, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if char == "," and depth == 1 and re.match(r",\s*\w+=", text[place:]):
            cuts.append(place)
    if not cuts or not text.endswith(")"):
        match = re.fullmatch(r"(\w+)\((\w+=.*)\)", text)
        return [f"{match[1]}()", match[2]] if match and "," not in match[2] else [text]
    parts = [text[a:b].strip(", ") for a, b in zip([0, *cuts], [*cuts, len(text) - 1], strict=True)]
    head, _, keyword = parts[0].partition("(")
    if re.match(r"\w+=", keyword):
        return [f"{head}()", keyword, *parts[1:]]
    return [f"{parts[0]})", *parts[1:]]


def _inner(layer: Any) -> list[Any]:
    """Return the layers or cells that a wrapper or an RNN is written around."""
    if type(layer).__name__ == "Bidirectional":
        return [layer.forward_layer]
    if type(layer).__name__ == "TimeDistributed":
        return [layer.layer]
    return [layer.cell] if type(layer).__name__ == "RNN" else []
