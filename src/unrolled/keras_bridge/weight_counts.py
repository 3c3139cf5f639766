"""How many weights a layer has, by which arithmetic, and which gate they belong to. Needs no Keras import itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from unrolled.traces.calls import Weights
from unrolled.traces.cells import Array, known_cell
from unrolled.traces.gate_weights import GateWeights, cut_gates


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
    text = " + ".join(_times(s) for _, s in shapes)
    return Weights(total, text if text == str(total) else f"{text} = {total}", shapes)


#: by the id of a cell, what was read from it last: batches that ran on the same weights share one copy
_LAST: WeakValueDictionary[int, GateWeights] = WeakValueDictionary()


def read_gates(layer: Any, cell: Any) -> Weights:
    """Return the weights of a recurrent layer gate by gate; without gates where its cell has none that are known."""
    weights, cell_class = count(layer), known_cell(cell)
    if cell_class is None or cell.kernel.ndim != 2:
        return weights
    forget = bool(getattr(cell, "unit_forget_bias", False))
    arrays = (
        _values(cell.kernel),
        _values(cell.recurrent_kernel),
        None if cell.bias is None else _values(cell.bias),
    )
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
    cell = getattr(layer, "cell", layer)
    if hasattr(cell, "cells"):
        return _added(cell.cells)
    if kind == "Embedding" and "embeddings" in shapes:
        ids, width = shapes["embeddings"]
        return [(f"{ids}·{width}", ids * width)]
    if kind == "TimeDistributed":
        return _formulas(layer.layer, shapes)
    if kind == "Bidirectional":
        halves = (layer.forward_layer, layer.backward_layer)
        same = [
            (f"2·({text})", 2 * value) for text, value in _formulas(halves[0], _named(halves[0]))
        ]
        return same + _added(halves)
    if kind == "Dense" and len(kernel) == 2:
        features, units = kernel
        return [
            (f"{features}·{units}+{units}", features * units + units),
            (_times(kernel), features * units),
        ]
    if kind.startswith("Conv") and "recurrent_kernel" not in shapes and len(kernel) > 2:
        return [(f"{_times(kernel)}+{kernel[-1]}", _size(kernel) + kernel[-1])]
    gates = {"LSTMCell": 4, "ConvLSTMCell": 4, "GRUCell": 3, "SimpleRNNCell": 1}.get(
        type(cell).__name__
    )
    if gates and len(kernel) > 1:
        *window, features, columns = kernel
        return [
            _recurrent(gates, window, features, columns // gates, biases) for biases in (1, 2, 0)
        ]
    return []


def _recurrent(
    gates: int, window: Sequence[int], features: int, units: int, biases: int
) -> tuple[str, int]:
    """Return text and value of ``gates · (units · (features + units) + biases · units)``.

    window: sizes of the kernel of a ConvLSTM, by which each product is taken once more.
    """
    bias = ("", f"+{units}", f"+2·{units}")[biases]
    text = f"{_times((units, *window))}·({features}+{units}){bias}"
    value = units * _size(tuple(window)) * (features + units) + biases * units
    return (text, value) if gates == 1 else (f"{gates}·({text})", gates * value)


def _added(parts: Sequence[Any]) -> list[tuple[str, int]]:
    """Return the sum over cells or layers whose own arithmetic is known; nothing where one of them has none."""
    found = []
    for part in parts:
        shapes = _named(part)
        total = sum(_size(shape) for shape in shapes.values())
        found += [pair for pair in _formulas(part, shapes) if pair[1] == total][:1]
    if len(found) < len(parts):
        return []
    return [(" + ".join(text for text, _ in found), sum(value for _, value in found))]


def _named(layer: Any) -> dict[str, tuple[int, ...]]:
    return {w.name: tuple(int(n) for n in w.shape) for w in layer.weights}


def _times(shape: tuple[int, ...]) -> str:
    return "·".join(str(n) for n in shape) or "1"


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for n in shape:
        size *= n
    return size
