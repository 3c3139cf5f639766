"""Compiled runs of a model, kept as long as nothing changes that they take for granted."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import keras

from unrolled.keras_bridge.nested_layers import layers_of

#: compiled runs that are kept for a model: of so many shapes
KEPT_RUNS = 4


class KeptRuns:
    """The compiled runs of one model.

    By shape and newest last, and how often each shape was run eagerly.
    """

    def __init__(self, fingerprint: Any) -> None:
        self.fingerprint = fingerprint
        self._runs: dict[Any, Any] = {}
        self._counts: dict[Any, int] = {}

    def get(self, key: Any) -> Any:
        """Return the run of a shape; None where none is kept."""
        return self._runs.get(key)

    def eager_runs(self, key: Any) -> int:
        """Return how often a shape was run without being compiled."""
        return self._counts.get(key, 0)

    def put(self, key: Any, run: Any) -> None:
        """Keep a compiled run; None counts an eager one."""
        if run is None:
            self._counts[key] = self._counts.pop(key, 0) + 1
        else:
            self._runs.pop(key, None)
            self._runs[key] = run
        if len(self._runs) > KEPT_RUNS:
            del self._runs[next(iter(self._runs))]
        if len(self._counts) > KEPT_RUNS:
            del self._counts[next(iter(self._counts))]


_RUNS: WeakKeyDictionary[Any, KeptRuns] = WeakKeyDictionary()


def kept_runs(model: Any) -> KeptRuns:
    """Return the runs of a model that can be used again.

    None where its layers changed, or are not all Keras's own.

    What the reader's own ``call()`` does may depend on anything in Python: it is run each time.
    """
    layers = layers_of(model)
    if not all(_is_keras_own(layer) for layer in layers):
        return KeptRuns(None)
    fingerprint = tuple(_fingerprint(layer) for layer in layers)
    kept = _RUNS.get(model)
    if kept is None or kept.fingerprint != fingerprint:
        kept = _RUNS[model] = KeptRuns(fingerprint)
    return kept


def _is_keras_own(layer: Any) -> bool:
    if isinstance(layer, keras.layers.Lambda):
        return False
    return type(layer).__module__.partition(".")[0] == "keras"


def _fingerprint(layer: Any) -> tuple[Any, ...]:
    """Return what a compiled run of a layer takes for granted.

    Its variables, and its attributes.
    """
    known: list[Any] = [id(layer), layer.trainable, layer.dtype_policy.name]
    known += [
        id(v.value) if hasattr(v, "value") else id(v) for v in layer.variables
    ]
    if isinstance(layer, keras.Model):
        return tuple(
            known
        )  # Keras notes there how far a training is, which changes no run
    for name, value in vars(layer).items():
        if not name.startswith("_"):
            known += [name, _mark(value)]
    return tuple(known)


def _mark(value: Any) -> Any:
    """Return what is the same as long as an attribute is."""
    if isinstance(value, (str, int, float, type(None))):
        return value
    if isinstance(value, (list, tuple)):
        return tuple(_mark(part) for part in value)
    return id(value)
