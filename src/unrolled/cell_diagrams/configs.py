"""What the configuration of a layer says of its cell: the names of its activations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unrolled.traces.recurrent_calls import RecurrentCall


def cell_config(call: RecurrentCall) -> Mapping[str, Any]:
    """Return the configuration of the cell: for an ``RNN(cell)`` it is inside the layer's."""
    cell = call.config.get("cell")
    if not isinstance(cell, Mapping):
        return call.config
    inside = cell.get("config")
    return inside if isinstance(inside, Mapping) else call.config


def activation_name(config: Mapping[str, Any], argument: str) -> str:
    """Return the name of an activation as Keras serialized it; where that has none, the argument's.

    >>> activation_name({"activation": "relu"}, "activation")
    'relu'
    >>> own = {"class_name": "function", "config": "mine"}
    >>> activation_name({"activation": own}, "activation")
    'mine'
    >>> layer = {"class_name": "ReLU", "config": {}, "registered_name": None}
    >>> activation_name({"activation": layer}, "activation")
    'ReLU'
    """
    if argument not in config:
        return argument
    value = config[argument]
    if value is None:
        return "linear"
    name = _serialized_name(value) if isinstance(value, Mapping) else value
    return name if isinstance(name, str) and name else argument


def _serialized_name(value: Mapping[str, Any]) -> Any:
    """Return the name in what Keras makes of a function or a layer; a lambda has none."""
    if "class_name" not in value:
        return "lambda"
    if value["class_name"] == "function":
        return value.get("config")
    return value.get("registered_name") or value["class_name"]
