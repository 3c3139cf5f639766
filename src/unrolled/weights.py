"""How a layer is written and how many weights it has. Reads layers; needs no Keras import itself."""

from __future__ import annotations

import inspect
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from unrolled.cells import Array
from unrolled.gateweights import GateWeights, cut_gates
from unrolled.traces import Weights

_NOT_SHOWN = {"self", "name", "dtype", "trainable", "seed", "args", "kwargs", "data_format"}
_WRAPPED = {"layer", "backward_layer", "cell"}  # written as a constructor of their own
_SIZES = {"kernel_size", "strides", "dilation_rate", "pool_size"}  # kept as one number per axis of space
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
    parts = [describe(inner) for inner in _inner(layer)]
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
        if default is inspect.Parameter.empty:
            parts.append(repr(value))
        elif value != default and not (name == "activation" and {value, default} <= {"linear", None}):
            parts.append(f"{name}={value!r}")
    return f"{type(layer).__name__}({', '.join(parts)})"


def _plain(values: tuple[Any, ...]) -> Any:
    """Return one value for a tuple of the same ones: Keras stores ``strides=1`` as ``(1, 1)``.

    >>> _plain((2, 2)), _plain((2, 3))
    (2, (2, 3))
    """
    return values[0] if len(set(values)) == 1 else values


def read_config(layer: Any) -> dict[str, Any]:
    """Return the layer's configuration; empty where the layer cannot tell it (a class without get_config)."""
    try:
        return dict(layer.get_config())
    except (NotImplementedError, AttributeError, TypeError, ValueError):
        return {}


def count(layer: Any) -> Weights:
    """Return the number of weights of a layer, with the arithmetic in the layer's own sizes.

    The arithmetic is compared with the arrays Keras really made; where none is known, or it does not give
    their number, the sizes of the arrays are added up instead.
    """
    shapes = tuple((w.name, tuple(int(n) for n in w.shape)) for w in getattr(layer, "weights", ()))
    total = sum(_size(shape) for _, shape in shapes)
    if not total:
        return Weights()
    for text, value in _formulas(layer, dict(shapes)):
        if value == total:
            return Weights(total, f"{text} = {total}" if text != str(total) else text, shapes)
    return Weights(total, f"{' + '.join(_times(s) for _, s in shapes)} = {total}", shapes)


#: by the id of a cell, what was read from it last: batches that ran on the same weights share one copy
_LAST: WeakValueDictionary[int, GateWeights] = WeakValueDictionary()


def read_gates(layer: Any, cell_class: str | None) -> Weights:
    """Return the weights of a recurrent layer gate by gate; without gates where its cell is none of Keras's own."""
    weights, cell = count(layer), layer.cell
    if cell_class is None:
        return weights
    forget = bool(getattr(cell, "unit_forget_bias", False))
    arrays = (_values(cell.kernel), _values(cell.recurrent_kernel), None if cell.bias is None else _values(cell.bias))
    new = cut_gates(weights, cell_class, *arrays, unit_forget_bias=forget)
    old = _LAST.get(id(cell))
    if old == new and old is not None:
        return old
    _LAST[id(cell)] = new
    return new


def _values(variable: Any) -> Array:
    return np.asarray(variable.numpy())


def _formulas(layer: Any, shapes: dict[str, tuple[int, ...]]) -> list[tuple[str, int]]:
    """Return (text, value) for the kinds of layer whose arithmetic is known."""
    kind, kernel = type(layer).__name__, shapes.get("kernel", ())
    if kind == "Embedding" and "embeddings" in shapes:
        ids, width = shapes["embeddings"]
        return [(f"{ids}·{width}", ids * width)]
    if kind == "TimeDistributed":
        return _formulas(layer.layer, shapes)
    if kind == "Bidirectional":
        one = _formulas(layer.forward_layer, dict(_named(layer.forward_layer)))
        return [(f"2·({text})", 2 * value) for text, value in one]
    if kind == "Dense" and len(kernel) == 2:
        features, units = kernel
        return [(f"{features}·{units}+{units}", features * units + units), (_times(kernel), features * units)]
    cell = type(getattr(layer, "cell", None)).__name__.removesuffix("Cell")
    gates = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}.get(cell)
    if gates and len(kernel) == 2:
        features, units = kernel[0], kernel[1] // gates
        return [_recurrent(gates, features, units, biases) for biases in (1, 2, 0)]
    return []


def _recurrent(gates: int, features: int, units: int, biases: int) -> tuple[str, int]:
    """Return text and value of ``gates · (units · (features + units) + biases · units)``."""
    bias = ("", f"+{units}", f"+2·{units}")[biases]
    text = f"{units}·({features}+{units}){bias}"
    value = units * (features + units) + biases * units
    return (text, value) if gates == 1 else (f"{gates}·({text})", gates * value)


def _named(layer: Any) -> list[tuple[str, tuple[int, ...]]]:
    return [(w.name, tuple(int(n) for n in w.shape)) for w in layer.weights]


def _inner(layer: Any) -> list[Any]:
    """Return the layers or cells that a wrapper or an RNN is written around."""
    if type(layer).__name__ == "Bidirectional":
        return [layer.forward_layer]
    if type(layer).__name__ == "TimeDistributed":
        return [layer.layer]
    return [layer.cell] if type(layer).__name__ == "RNN" else []


def _times(shape: tuple[int, ...]) -> str:
    return "·".join(str(n) for n in shape) or "1"


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for n in shape:
        size *= n
    return size
