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
        if id(layer) not in found:
            found[id(layer)] = layer
            waiting[:0] = _held_by(layer)
    return list(found.values())


def _held_by(layer: Any) -> list[Any]:
    parts = [part for value in vars(layer).values() for part in flat(value)]
    return [part for part in parts if isinstance(part, keras.layers.Layer)]


def flat(value: Any) -> list[Any]:
    """Return what a list, tuple or dict holds, and any other value alone."""
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, (list, tuple)) else [value]


def variables_of(model: Any) -> list[keras.Variable]:
    """Return all of Keras's variables in a model, each once.

    Weights, seeds, metrics, the states of its layers.
    """
    found: dict[int, keras.Variable] = {}
    for layer in layers_of(model):
        states = keras.tree.flatten(getattr(layer, "states", None))
        metrics = getattr(layer, "metrics_variables", ())
        for variable in (*layer.variables, *states, *metrics):
            if isinstance(variable, keras.Variable):
                found[id(variable)] = variable
    return list(found.values())
