"""How many weights a layer has, by which arithmetic, and which gate they belong to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from unrolled.keras_bridge.layer_configs import share_weights
from unrolled.traces.calls import Weights
from unrolled.traces.cell_facts import cell_facts_of
from unrolled.traces.cells import Array, known_cell
from unrolled.traces.gate_weights import cut_gates

Shapes = Mapping[str, tuple[int, ...]]
Formula = tuple[str, int]


def count(layer: Any) -> Weights:
    """Return the number of weights of a layer, with the arithmetic in the layer's own sizes.

    The arithmetic is compared with the arrays Keras really made; where none is known, or it does
    not give their number, the sizes of the arrays are added up instead.
    """
    shapes = tuple(
        (w.name, tuple(int(n) for n in w.shape))
        for w in getattr(layer, "weights", ())
    )
    total = sum(_size(shape) for _, shape in shapes)
    if not total:
        return Weights()
    for text, value in _formulas(layer, dict(shapes)):
        if value == total:
            return Weights(
                total,
                f"{text} = {total}" if text != str(total) else text,
                shapes,
            )
    text = " + ".join(_times(s) for _, s in shapes)
    return Weights(
        total, text if text == str(total) else f"{text} = {total}", shapes
    )


def read_gates(layer: Any, cell: Any) -> Weights:
    """Return the weights of a recurrent layer gate by gate; as numbers only for an unknown cell.

    Within :func:`reading_once` batches that ran on the same weights share one copy.
    """
    weights, cell_class = count(layer), known_cell(cell)
    if cell_class is None or cell.kernel.ndim != 2:
        return weights
    bias = None if cell.bias is None else _values(cell.bias)
    new = cut_gates(
        weights,
        cell_class,
        _values(cell.kernel),
        _values(cell.recurrent_kernel),
        bias,
        unit_forget_bias=bool(getattr(cell, "unit_forget_bias", False)),
    )
    return share_weights(cell, new)


def _values(variable: Any) -> Array:
    return np.asarray(variable.numpy())


def _formulas(layer: Any, shapes: Shapes) -> list[Formula]:
    """Return (text, value) for the kinds of layer whose arithmetic is known."""
    kind = type(layer).__name__
    if kind in _BY_KIND:
        return _BY_KIND[kind](layer, shapes)
    cell = getattr(layer, "cell", layer)
    if hasattr(cell, "cells"):
        return _added(cell.cells)
    kernel = shapes.get("kernel", ())
    is_loop = "recurrent_kernel" in shapes
    if kind.startswith("Conv") and not is_loop and len(kernel) > 2:
        return [(f"{_times(kernel)}+{kernel[-1]}", _size(kernel) + kernel[-1])]
    gates = cell_facts_of(type(cell).__name__).columns
    if not gates or len(kernel) < 2:
        return []
    *window, features, columns = kernel
    return [
        _recurrent(gates, window, features, columns // gates, biases)
        for biases in (1, 2, 0)
    ]


def _of_embedding(layer: Any, shapes: Shapes) -> list[Formula]:
    if "embeddings" not in shapes:
        return []
    ids, width = shapes["embeddings"]
    return [(f"{ids}·{width}", ids * width)]


def _of_dense(layer: Any, shapes: Shapes) -> list[Formula]:
    kernel = shapes.get("kernel", ())
    if len(kernel) != 2:
        return []
    features, units = kernel
    with_bias = (f"{features}·{units}+{units}", features * units + units)
    return [with_bias, (_times(kernel), features * units)]


def _of_time_distributed(layer: Any, shapes: Shapes) -> list[Formula]:
    return _formulas(layer.layer, shapes)


def _of_bidirectional(layer: Any, shapes: Shapes) -> list[Formula]:
    halves = (layer.forward_layer, layer.backward_layer)
    first = _formulas(halves[0], _named(halves[0]))
    return [(f"2·({text})", 2 * value) for text, value in first] + _added(
        halves
    )


_BY_KIND: Mapping[str, Callable[[Any, Shapes], list[Formula]]] = {
    "Embedding": _of_embedding,
    "Dense": _of_dense,
    "TimeDistributed": _of_time_distributed,
    "Bidirectional": _of_bidirectional,
}


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
    """Return the sum over cells or layers; nothing where the arithmetic of one is not known."""
    found = []
    for part in parts:
        shapes = _named(part)
        total = sum(_size(shape) for shape in shapes.values())
        found += [pair for pair in _formulas(part, shapes) if pair[1] == total][
            :1
        ]
    if len(found) < len(parts):
        return []
    return [
        (
            " + ".join(text for text, _ in found),
            sum(value for _, value in found),
        )
    ]


def _named(layer: Any) -> dict[str, tuple[int, ...]]:
    return {w.name: tuple(int(n) for n in w.shape) for w in layer.weights}


def _times(shape: tuple[int, ...]) -> str:
    return "·".join(str(n) for n in shape) or "1"


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for n in shape:
        size *= n
    return size
