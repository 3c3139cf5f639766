"""How many weights a layer has, by which arithmetic, and which gate they belong to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from unrolled.keras_bridge.layer_configs import share_weights
from unrolled.traces.calls import Weights
from unrolled.traces.cell_facts import cell_facts_of
from unrolled.traces.cells import known_cell
from unrolled.traces.gate_weights import cut_gates

Shapes = Mapping[str, tuple[int, ...]]
Formula = tuple[str, int]


def count(layer: Any) -> Weights:
    """Return the number of weights of a layer, with the arithmetic in the layer's own sizes.

    The arithmetic is compared with the arrays Keras really made; where none is known, or it does
    not give their number, the sizes of the arrays are added up instead.
    """
    shapes = _shapes_of(layer)
    total = sum(prod(shape) for _, shape in shapes)
    if not total:
        return Weights()
    text = " + ".join(_times(shape) for _, shape in shapes)
    for formula, value in _formulas(layer, dict(shapes)):
        if value == total:
            text = formula
            break
    if text != str(total):
        text = f"{text} = {total}"
    return Weights(total, text, tuple(shapes))


def read_gates(layer: Any, cell: Any) -> Weights:
    """Return the weights of a recurrent layer gate by gate; as numbers only for an unknown cell.

    Within :func:`reading_once` batches that ran on the same weights share one copy.
    """
    weights, cell_class = count(layer), known_cell(cell)
    if cell_class is None or cell.kernel.ndim != 2:
        return weights
    bias = None
    if cell.bias is not None:
        bias = np.asarray(cell.bias.numpy())
    new = cut_gates(
        weights,
        cell_class,
        np.asarray(cell.kernel.numpy()),
        np.asarray(cell.recurrent_kernel.numpy()),
        bias,
        unit_forget_bias=bool(getattr(cell, "unit_forget_bias", False)),
    )
    return share_weights(cell, new)


def _shapes_of(layer: Any) -> list[tuple[str, tuple[int, ...]]]:
    """Return the name and the shape of each weight."""
    weights = getattr(layer, "weights", ())
    return [(weight.name, tuple(map(int, weight.shape))) for weight in weights]


def _formulas(layer: Any, shapes: Shapes) -> list[Formula]:
    """Return (text, value) for the kinds of layer whose arithmetic is known."""
    kind = type(layer).__name__
    if kind in _BY_KIND:
        return _BY_KIND[kind](layer, shapes)
    cell = getattr(layer, "cell", layer)
    if hasattr(cell, "cells"):
        return _added(cell.cells)
    if kind.startswith("Conv") and "recurrent_kernel" not in shapes:
        return _of_convolution(shapes)
    return _of_loop(type(cell).__name__, shapes)


def _of_convolution(shapes: Shapes) -> list[Formula]:
    kernel = shapes.get("kernel", ())
    if len(kernel) < 3:
        return []
    filters = kernel[-1]
    return [(f"{_times(kernel)}+{filters}", prod(kernel) + filters)]


def _of_loop(cell_class: str, shapes: Shapes) -> list[Formula]:
    gates = cell_facts_of(cell_class).columns
    kernel = shapes.get("kernel", ())
    if not gates or len(kernel) < 2:
        return []
    *window, features, columns = kernel
    units = columns // gates
    return [
        _recurrent(gates, window, features, units, biases)
        for biases in (1, 2, 0)
    ]


def _recurrent(
    gates: int, window: Sequence[int], features: int, units: int, biases: int
) -> Formula:
    """Return text and value of ``gates · (units · (features + units) + biases · units)``.

    window: sizes of the kernel of a ConvLSTM, by which each product is taken once more.
    """
    bias = ("", f"+{units}", f"+2·{units}")[biases]
    text = f"{_times((units, *window))}·({features}+{units}){bias}"
    value = units * prod(window) * (features + units) + biases * units
    if gates == 1:
        return text, value
    return f"{gates}·({text})", gates * value


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
    forward = _formulas(halves[0], dict(_shapes_of(halves[0])))
    doubled = [(f"2·({text})", 2 * value) for text, value in forward]
    return doubled + _added(halves)


_BY_KIND: Mapping[str, Callable[[Any, Shapes], list[Formula]]] = {
    "Embedding": _of_embedding,
    "Dense": _of_dense,
    "TimeDistributed": _of_time_distributed,
    "Bidirectional": _of_bidirectional,
}


def _added(parts: Sequence[Any]) -> list[Formula]:
    """Return the sum over cells or layers; nothing where the arithmetic of one is not known."""
    texts: list[str] = []
    sum_of_values = 0
    for part in parts:
        shapes = _shapes_of(part)
        total = sum(prod(shape) for _, shape in shapes)
        known = _formulas(part, dict(shapes))
        fitting = [text for text, value in known if value == total]
        if not fitting:
            return []
        texts.append(fitting[0])
        sum_of_values += total
    return [(" + ".join(texts), sum_of_values)]


def _times(shape: Sequence[int]) -> str:
    return "·".join(map(str, shape)) or "1"
