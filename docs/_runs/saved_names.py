"""What a script left behind, saved: its model, data and modules, for unrolled to look again.

To build and train the model anew takes ten times as long. Where a script leaves more than can be
saved it has to run again: a model with states, a layer or a loss of its own, a dataset.
"""

from __future__ import annotations

import base64
import importlib
import pickle
import warnings
import zlib
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np

#: what ``draw`` and ``check`` are given
LOOKED_AT = ("model", "x", "y", "loss", "shuffle")
PLAIN = (
    np.ndarray,
    np.generic,
    np.random.Generator,
    int,
    float,
    str,
    bool,
    type(None),
)


def save_names(names: Mapping[str, Any], *, everything: bool) -> dict[str, Any]:
    """Return what ``load_names`` takes; empty where that would not be the same.

    everything: whether names are needed that ``draw`` and ``check`` do not read.
    """
    modules: dict[str, str] = {}
    data: dict[str, Any] = {}
    for name, value in names.items():
        if name.startswith("__"):
            continue
        if isinstance(value, ModuleType):
            modules[name] = value.__name__
        elif name in LOOKED_AT or is_plain(value):
            data[name] = value
        elif everything:
            return {}
    try:
        if keeps_states(data.get("model")):
            return {}
        packed = zlib.compress(pickle.dumps(data), 1)
    except Exception:  # Keras has many words for what it cannot save
        return {}
    return {"modules": modules, "data": base64.b64encode(packed).decode()}


def load_names(saved: Mapping[str, Any]) -> dict[str, Any]:
    """Return the names that were saved; none where they cannot be read without the script."""
    if not saved:
        return {}
    modules = {
        name: importlib.import_module(path)
        for name, path in saved["modules"].items()
    }
    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # of the model, which its script gave already
            data = pickle.loads(
                zlib.decompress(base64.b64decode(saved["data"]))
            )
    except (
        Exception
    ):  # a layer or a loss of the script's own: Keras has many words for it
        return {}
    return modules | dict(data)


def is_plain(value: Any) -> bool:
    """Return whether a value is a number, a text, an array, or a list or dict of such.

    >>> is_plain({"a": [1, np.ones(2)]}), is_plain(print)
    (True, False)
    """
    if isinstance(value, dict):
        return all(map(is_plain, value.values()))
    if isinstance(value, list | tuple):
        return all(map(is_plain, value))
    return isinstance(value, PLAIN)


def keeps_states(model: Any) -> bool:
    """Return whether a model carries states from batch to batch: a saved model forgets them."""
    return model is not None and '"stateful": true' in model.to_json()
