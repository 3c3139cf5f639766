"""How many weights a layer has, by which arithmetic, and which gate they belong to. Needs no Keras import itself."""

from __future__ import annotations

from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from unrolled.cells import Array
from unrolled.gateweights import GateWeights, cut_gates
from unrolled.traces import Weights


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


def _times(shape: tuple[int, ...]) -> str:
    return "·".join(str(n) for n in shape) or "1"


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for n in shape:
        size *= n
    return size
