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
        # what Python puts there: the name of the script, the built-in functions
        if name.startswith("__"):
            continue
        if isinstance(value, ModuleType):
            modules[name] = value.__name__
        elif name in LOOKED_AT or is_plain(value):
            data[name] = value
        elif everything:
            return {}
    model = data.get("model")
    try:
        # a saved model forgets the states that it carries from batch to batch
        if model is not None and '"stateful": true' in model.to_json():
            return {}
        plain = pickle.dumps(data)
        # quickly: weights hardly get smaller
        packed = zlib.compress(plain, 1)
    except Exception:
        # Keras has many words for what it cannot save
        return {}
    text = base64.b64encode(packed).decode()
    return {"modules": modules, "data": text}


def load_names(saved: Mapping[str, Any]) -> dict[str, Any]:
    """Return the names that were saved; none where they cannot be read without the script."""
    if not saved:
        return {}
    names: dict[str, Any] = {}
    # a module cannot be pickled, and need not be
    for name, path in saved["modules"].items():
        names[name] = importlib.import_module(path)
    try:
        with warnings.catch_warnings():
            # of the model: its script gave them already
            warnings.simplefilter("ignore")
            packed = base64.b64decode(saved["data"])
            data = pickle.loads(zlib.decompress(packed))
    except Exception:
        # a layer or a loss of the script's own: Keras has many words for it
        return {}
    return names | dict(data)


def is_plain(value: Any) -> bool:
    """Return whether a value is a number, a text, an array, or a list or dict of such.

    >>> is_plain({"a": [1, np.ones(2)]}), is_plain(print)
    (True, False)
    """
    if isinstance(value, dict):
        held = value.values()
        return all(map(is_plain, held))
    if isinstance(value, list | tuple):
        return all(map(is_plain, value))
    return isinstance(value, PLAIN)
