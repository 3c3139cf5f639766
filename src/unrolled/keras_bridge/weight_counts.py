"""How many weights a layer has, by which arithmetic, and which gate they belong to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from operator import itemgetter
from typing import Any

import numpy as np

from unrolled.keras_bridge.layer_configs import share_weights
from unrolled.traces.cell_facts import cell_facts_of
from unrolled.traces.cells import known_cell
from unrolled.traces.gate_weights import cut_gates
from unrolled.traces.layer_calls import Weights

Shapes = Mapping[str, tuple[int, ...]]
NamedShapes = list[tuple[str, tuple[int, ...]]]
#: by the number of weights the arithmetic that gives it
Formulas = dict[int, str]


def count(layer: Any) -> Weights:
    """Return the number of weights of a layer, with the arithmetic in the layer's own sizes.

    The arithmetic is compared with the arrays Keras really made; where none is known, or it does
    not give their number, the sizes of the arrays are added up instead.
    """
    named = _shapes_of(layer)
    shapes = list(map(itemgetter(1), named))
    total = sum(map(prod, shapes))
    if not total:
        return Weights()
    added_up = " + ".join(map(_times, shapes))
    text = _formulas(layer, dict(named)).get(total, added_up)
    # a single vector is no sum
    if text != str(total):
        text = f"{text} = {total}"
    return Weights(total, text, tuple(named))


def read_gates(layer: Any, cell: Any) -> Weights:
    """Return the weights of a recurrent layer gate by gate; as numbers only for an unknown cell.

    Within :func:`reading_once` batches that ran on the same weights share one copy.
    """
    weights = count(layer)
    cell_class = known_cell(cell)
    # a ConvLSTM has a kernel for each place of its window
    if cell_class is None or cell.kernel.ndim != 2:
        return weights
    bias = None
    if cell.bias is not None:
        bias = np.asarray(cell.bias.numpy())
    kernel = np.asarray(cell.kernel.numpy())
    recurrent_kernel = np.asarray(cell.recurrent_kernel.numpy())
    unit_forget_bias = getattr(cell, "unit_forget_bias", False)
    new = cut_gates(
        weights,
        cell_class,
        kernel,
        recurrent_kernel,
        bias,
        unit_forget_bias=bool(unit_forget_bias),
    )
    return share_weights(cell, new)


def _shapes_of(layer: Any) -> NamedShapes:
    """Return the name and the shape of each weight; the cells in a layer repeat their names."""
    named: NamedShapes = []
    for weight in getattr(layer, "weights", ()):
        shape = tuple(map(int, weight.shape))
        named.append((weight.name, shape))
    return named


def _formulas(layer: Any, shapes: Shapes) -> Formulas:
    """Return the arithmetic of the kinds of layer for which it is known."""
    kind = type(layer).__name__
    if kind in _BY_KIND:
        return _BY_KIND[kind](layer, shapes)
    cell = getattr(layer, "cell", layer)
    if hasattr(cell, "cells"):
        return _added(cell.cells)
    # a ConvLSTM is counted as a loop
    if kind.startswith("Conv") and "recurrent_kernel" not in shapes:
        return _of_convolution(shapes)
    return _of_loop(type(cell).__name__, shapes)


def _of_convolution(shapes: Shapes) -> Formulas:
    kernel = shapes.get("kernel", ())
    if len(kernel) < 3:
        # a class of the author's own: Keras's kernels have a window, channels and filters
        return {}
    filters = kernel[-1]
    total = prod(kernel) + filters
    return {total: f"{_times(kernel)}+{filters}"}


def _of_loop(cell_class: str, shapes: Shapes) -> Formulas:
    """Return ``gates · (units · (features + units) + biases · units)`` for 0 to 2 biases.

    The kernel of a ConvLSTM has a window too, for each place of which a product is taken.
    """
    # the kernels have so many times units columns
    gates = len(cell_facts_of(cell_class).words)
    kernel = shapes.get("kernel", ())
    if not gates or len(kernel) < 2:
        return {}
    *window, features, columns = kernel
    units = columns // gates
    # of the input and of the state, in each place of the window
    products = units * prod(window) * (features + units)
    text = f"{_times((units, *window))}·({features}+{units})"
    one_gate = {
        products + units: f"{text}+{units}",
        products + 2 * units: f"{text}+2·{units}",
        products: text,
    }
    if gates == 1:
        return one_gate
    return _times_over(gates, one_gate)


def _of_embedding(layer: Any, shapes: Shapes) -> Formulas:
    if "embeddings" not in shapes:
        # a class of the author's own may have the name
        return {}
    ids, width = shapes["embeddings"]
    return {ids * width: f"{ids}·{width}"}


def _of_dense(layer: Any, shapes: Shapes) -> Formulas:
    kernel = shapes.get("kernel", ())
    if len(kernel) != 2:
        return {}
    features, units = kernel
    products = features * units
    # without a bias, and with one
    return {
        products: _times(kernel),
        products + units: f"{features}·{units}+{units}",
    }


def _of_time_distributed(layer: Any, shapes: Shapes) -> Formulas:
    return _formulas(layer.layer, shapes)


def _of_bidirectional(layer: Any, shapes: Shapes) -> Formulas:
    first, second = layer.forward_layer, layer.backward_layer
    of_first = _formulas(first, dict(_shapes_of(first)))
    # two equal halves are written as twice the one
    return _added([first, second]) | _times_over(2, of_first)


_BY_KIND: Mapping[str, Callable[[Any, Shapes], Formulas]] = {
    "Embedding": _of_embedding,
    "Dense": _of_dense,
    "TimeDistributed": _of_time_distributed,
    "Bidirectional": _of_bidirectional,
}


def _times_over(times: int, formulas: Formulas) -> Formulas:
    """Return the arithmetic of several equal parts."""
    found: Formulas = {}
    for value, text in formulas.items():
        found[times * value] = f"{times}·({text})"
    return found


def _added(parts: Sequence[Any]) -> Formulas:
    """Return the sum over cells or layers; nothing where the arithmetic of one is not known."""
    texts: list[str] = []
    all_weights = 0
    for part in parts:
        named = _shapes_of(part)
        shapes = map(itemgetter(1), named)
        total = sum(map(prod, shapes))
        formulas = _formulas(part, dict(named))
        if total not in formulas:
            return {}
        texts.append(formulas[total])
        all_weights += total
    return {all_weights: " + ".join(texts)}


def _times(shape: Sequence[int]) -> str:
    # a scalar is one weight
    sizes = shape or (1,)
    return "·".join(map(str, sizes))
