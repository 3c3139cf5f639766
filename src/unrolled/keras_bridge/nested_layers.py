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
        inside = [p for p in parts if isinstance(p, keras.layers.Layer)]
        # what is inside a layer comes before the layer after it
        waiting[:0] = inside
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
        states = getattr(layer, "states", None)
        # Keras leaves those of metrics out of the others
        metrics = getattr(layer, "metrics_variables", ())
        variables = [
            *layer.variables,
            *keras.tree.flatten(states),
            *metrics,
        ]
        for variable in variables:
            if isinstance(variable, keras.Variable):
                found[id(variable)] = variable
    return list(found.values())
