"""Traces in a file: the arrays of many models, and on which backends to expect the same."""

import json
from functools import cached_property

import numpy as np


def write(path, found):
    """Write for each model its arrays by name and its backends; NumPy's file format has no
    bfloat16.
    """
    arrays = {
        f"{model}: {name}": a
        for model, (named, _) in found.items()
        for name, a in named.items()
    }
    plain = {
        key: a.astype("float32") if a.dtype.name == "bfloat16" else a
        for key, a in arrays.items()
    }
    told = {
        "backends": {model: backends for model, (_, backends) in found.items()},
        "dtypes": {key: a.dtype.name for key, a in arrays.items()},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, told=json.dumps(told), **plain)


class Stored:
    """The file, read."""

    def __init__(self, path):
        self._file = np.load(path)

    @cached_property
    def _told(self):
        return json.loads(str(self._file["told"]))

    def models(self, backend):
        """Return the names of the models to expect the same traces of on this backend."""
        return [
            model
            for model, backends in self._told["backends"].items()
            if backend in backends
        ]

    def arrays(self, model):
        """Return by name each array of a model and the name of its dtype."""
        start = f"{model}: "
        dtypes = {
            key: dtype
            for key, dtype in self._told["dtypes"].items()
            if key.startswith(start)
        }
        return {
            key.removeprefix(start): (self._file[key], dtype)
            for key, dtype in dtypes.items()
        }
