"""The layers in a model, at any depth, and their variables."""

from __future__ import annotations

from typing import Any

import keras


def layers_of(model: Any) -> list[Any]:
    """Return a model and all layers in it, cells too, each once.

    The layers that layers hold as attributes.
    """
    found: dict[int, Any] = {}
    waiting = [model]
    while waiting:
        layer = waiting.pop(0)
        if id(layer) in found:
            continue
        found[id(layer)] = layer
        parts = parts_of(layer)
        waiting[:0] = [p for p in parts if isinstance(p, keras.layers.Layer)]
    return list(found.values())


def parts_of(layer: Any) -> list[Any]:
    """Return what a layer holds as attributes; of a list, tuple or dict each of its values."""
    parts: list[Any] = []
    for value in vars(layer).values():
        if isinstance(value, dict):
            parts += value.values()
        elif isinstance(value, (list, tuple)):
            parts += value
        else:
            parts.append(value)
    return parts


def variables_of(model: Any) -> list[keras.Variable]:
    """Return all of Keras's variables in a model, each once.

    Weights, seeds, metrics, the states of its layers.
    """
    found: dict[int, keras.Variable] = {}
    for layer in layers_of(model):
        variables = [
            *layer.variables,
            *keras.tree.flatten(getattr(layer, "states", None)),
            *getattr(layer, "metrics_variables", ()),
        ]
        for variable in variables:
            if isinstance(variable, keras.Variable):
                found[id(variable)] = variable
    return list(found.values())
