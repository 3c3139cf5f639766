"""Compiled runs of a model, kept as long as nothing changes that they take for granted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import keras

from unrolled.keras_bridge.nested_layers import layers_of

#: compiled runs that are kept for a model: of so many shapes
KEPT_RUNS = 4


@dataclass
class KeptRuns:
    """The runs of one model, by shape and newest last.

    compiled: those that can be used again. eager: how often each shape was run without being
    compiled.
    """

    fingerprint: Any
    compiled: dict[Any, Any] = field(default_factory=dict)
    eager: dict[Any, int] = field(default_factory=dict)


def keep_newest(known: dict[Any, Any], key: Any, value: Any) -> None:
    """Put a value at the end of a dict, whose oldest one goes where it holds too many."""
    # taken out first, as a key that is set again keeps its place
    known.pop(key, None)
    known[key] = value
    if len(known) > KEPT_RUNS:
        oldest = next(iter(known))
        del known[oldest]


_RUNS: WeakKeyDictionary[Any, KeptRuns] = WeakKeyDictionary()


def kept_runs(model: Any) -> KeptRuns:
    """Return the runs of a model that can be used again.

    None where its layers changed, or are not all Keras's own.

    What the reader's own ``call()`` does may depend on anything in Python: it is run each time.
    """
    layers = layers_of(model)
    if not all(map(_is_keras_own, layers)):
        # not noted anywhere, so that nothing in it is found again
        return KeptRuns(None)
    fingerprint = tuple(map(_fingerprint, layers))
    nothing_kept = KeptRuns(None)
    kept = _RUNS.get(model, nothing_kept)
    if kept.fingerprint != fingerprint:
        kept = KeptRuns(fingerprint)
        _RUNS[model] = kept
    return kept


def _is_keras_own(layer: Any) -> bool:
    if isinstance(layer, keras.layers.Lambda):
        # it runs code of its author's
        return False
    package = type(layer).__module__.partition(".")[0]
    return package == "keras"


def _fingerprint(layer: Any) -> tuple[Any, ...]:
    """Return what a compiled run of a layer takes for granted.

    Its variables, and its attributes.
    """
    policy = layer.dtype_policy
    known: list[Any] = [id(layer), layer.trainable, policy.name]
    for variable in layer.variables:
        held = getattr(variable, "value", variable)
        known.append(id(held))
    if isinstance(layer, keras.Model):
        # Keras notes there how far a training is, which changes no run
        return tuple(known)
    for name, value in vars(layer).items():
        # in the others Keras notes how a layer was called and built
        if not name.startswith("_"):
            known += [name, _mark(value)]
    return tuple(known)


def _mark(value: Any) -> Any:
    """Return what is the same as long as an attribute is."""
    if isinstance(value, (str, int, float, type(None))):
        return value
    if isinstance(value, (list, tuple)):
        return tuple(map(_mark, value))
    return id(value)
