"""Probes: every layer that reads a time axis gets a copy of its own to read, of which a gradient can be asked.

A copy of its own, because two layers may read the same tensor (the halves of a Bidirectional): the gradient with
respect to the copy tells of this one layer.
Source: Keras ``src/layers/layer.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import keras
from keras.src import backend, tree

from unrolled.keras_bridge.tensors import Tensor

#: makes the copy; returns the tensor itself where no gradient can be asked of it
Mark = Callable[[Tensor], Tensor]


@dataclass
class Probe:
    """What one layer or input read at each step: the copy, in the backend's tensors."""

    name: str
    layer_class: str
    copy: Tensor
    mask: Tensor | None = None
    go_backwards: bool = False
    is_recurrent: bool = False


@dataclass
class _Entry:
    """An input of the model: its copy, and the calls that read it directly, each with the mask it was given or made."""

    name: str
    tensor: Tensor
    readers: list[tuple[Any, Tensor | None]] = field(default_factory=list)
    looked_up: list[Tensor] = field(default_factory=list)


class Prober:
    """Hands out the copies in one run, and keeps them in call order."""

    def __init__(self, mark: Mark) -> None:
        self._mark = mark
        self._entries: dict[int, _Entry] = {}
        self._probes: list[Probe] = []
        self._maps: dict[int, Tensor] = {}
        self._names: list[str] = []
        self._muted = 0

    def enter(self, name: str, tensor: Tensor) -> Tensor:
        """Return the copy of a model's input that the model is to read."""
        copy = self._copy(tensor) if is_float(tensor) and len(tensor.shape) > 2 else tensor
        self._entries[id(copy)] = _Entry(name, copy)
        return copy

    def probes(self) -> list[Probe]:
        """Return what was read, the inputs first. Each copy of several Embeddings of one input is a probe."""
        found = []
        for entry in self._entries.values():
            timed = is_float(entry.tensor) and _input_has_time(entry)
            backwards = [bool(getattr(layer, "go_backwards", False)) for layer, _ in entry.readers]
            found += [
                Probe(
                    entry.name,
                    "InputLayer",
                    copy,
                    _any_kept(entry),
                    bool(backwards) and all(backwards),
                )
                for copy in [*entry.looked_up, *[entry.tensor] * timed]
            ]
        return found + self._probes

    def has_time(self, output: Tensor) -> bool:
        """Tell whether the second axis of an output is time: of more than three only where it is as long as one."""
        if len(output.shape) < 3 or id(output) in self._maps:
            return False
        return len(output.shape) == 3 or output.shape[1] in {p.copy.shape[1] for p in self.probes()}

    def listens(self) -> bool:
        """Tell whether calls made now are to be probed: outside a loop over time."""
        return not self._muted

    def call(self, original: Callable[..., Any], layer: Any, args: Any, kwargs: Any) -> Any:
        """Run one call of a layer on copies of what it reads."""
        if not isinstance(layer, keras.layers.Layer):
            return original(layer, *args, **kwargs)
        path = "/".join([*self._names[1:], layer.name])
        given = [t for t in tree.flatten((args, _unmasked(kwargs))) if backend.is_tensor(t)]
        if not isinstance(layer, keras.Model):
            args, kwargs = self._probe(layer, path, args, kwargs)
        mute = _has_loop(layer)
        self._names.append(layer.name)
        self._muted += mute
        try:
            outputs = original(layer, *args, **kwargs)
        finally:
            self._muted -= mute
            self._names.pop()
        return (
            outputs
            if isinstance(layer, keras.Model)
            else self._follow(layer, given, args, kwargs, outputs)
        )

    def _probe(self, layer: Any, path: str, args: Any, kwargs: Any) -> Any:
        """Return the arguments with a copy in the place of each sequence that the layer reads."""
        mask, probes = _mask_of(args, kwargs), len(self._probes)

        def probe(value: Any) -> Any:
            is_first = len(self._probes) == probes
            if not backend.is_tensor(value) or not self._is_sequence(layer, value, is_first):
                return value
            copy = self._copy(value)
            if copy is not value:
                backwards, loop = bool(getattr(layer, "go_backwards", False)), _has_cell(layer)
                self._probes.append(
                    Probe(path, type(layer).__name__, copy, _fit(mask, copy), backwards, loop)
                )
            return copy

        return tree.map_structure(probe, args), kwargs | tree.map_structure(
            probe, _unmasked(kwargs)
        )

    def _is_sequence(self, layer: Any, tensor: Tensor, is_first: bool) -> bool:
        """Tell whether a tensor that a layer reads is (batch, timesteps, ...); later ones of a loop are its states."""
        if getattr(layer, "data_format", None) == "channels_first" or id(tensor) in self._maps:
            return False
        axes = len(tensor.shape)
        if _has_loop(layer) or isinstance(layer, keras.layers.Bidirectional):
            return is_first and axes > 2 and is_float(tensor)
        return axes == 3 and is_float(tensor)

    def _follow(self, layer: Any, given: list[Tensor], args: Any, kwargs: Any, outputs: Any) -> Any:
        """Note who read the inputs of the model, and which maps have no time axis; return the outputs to hand on."""
        made = [t for t in tree.flatten(outputs) if backend.is_tensor(t)]
        left_time = _has_cell(layer) and not layer.return_sequences
        if left_time or any(id(t) in self._maps for t in given):
            self._maps.update({id(t): t for t in made if len(t.shape) > 2})
        entries = [self._entries[id(t)] for t in given if id(t) in self._entries]
        mask = _mask_of(args, kwargs)
        mask = mask if mask is not None or not made else _riding_mask(made[0])
        for entry in entries:
            entry.readers.append((layer, _fit(mask, entry.tensor)))
            if len(made) == 1 and _looks_up(layer, entry.tensor, made[0]):
                copy = self._copy(made[0])
                if copy is not made[0]:
                    entry.looked_up.append(copy)
                return copy
        return outputs

    def _copy(self, tensor: Tensor) -> Tensor:
        """Return the copy of a tensor, with the mask that rides on it."""
        mask, copy = _riding_mask(tensor), self._mark(tensor)
        if mask is not None and copy is not tensor:
            # Keras before 3.6 has no function for it
            getattr(backend, "set_keras_mask", lambda t, m: setattr(t, "_keras_mask", m))(
                copy, mask
            )
        return copy


def _input_has_time(entry: _Entry) -> bool:
    """Tell whether the second axis of an input is time: of four axes only where a layer reads it so."""
    axes = len(entry.tensor.shape)
    return axes in (3, 5) or (axes > 3 and any(_has_loop(layer) for layer, _ in entry.readers))


def _any_kept(entry: _Entry) -> Tensor | None:
    """Return where at least one of the calls that read an input does not pass over the step; None without masks."""
    masks = [mask for _, mask in entry.readers]
    if not masks or any(m is None for m in masks):
        return None
    kept = masks[0]
    for mask in masks[1:]:
        kept = keras.ops.logical_or(kept, mask)
    return kept


def _looks_up(layer: Any, ids: Tensor, made: Tensor) -> bool:
    """Tell whether a layer turned ids (batch, timesteps) into vectors (batch, timesteps, features)."""
    is_ids = isinstance(layer, keras.layers.Embedding) or not is_float(ids)
    axes = len(ids.shape)
    return (
        is_ids
        and axes >= 2
        and is_float(made)
        and len(made.shape) == 3
        and made.shape[1] == ids.shape[1]
    )


def _has_cell(layer: Any) -> bool:
    """Tell whether a layer is a loop over time of a cell."""
    return hasattr(layer, "cell")


def _has_loop(layer: Any) -> bool:
    """Tell whether what a layer calls inside sees one step only."""
    return _has_cell(layer) or isinstance(layer, keras.layers.TimeDistributed)


def _unmasked(kwargs: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in kwargs.items() if "mask" not in k}


def _mask_of(args: Any, kwargs: dict[str, Any]) -> Tensor | None:
    """Return the mask that a call gets: given, or riding on its first tensor."""
    given = [m for m in tree.flatten(kwargs.get("mask")) if m is not None]
    riding = [
        _riding_mask(t) for t in tree.flatten((args, _unmasked(kwargs))) if backend.is_tensor(t)
    ]
    return next((m for m in given + riding if m is not None), None)


def _fit(mask: Tensor | None, tensor: Tensor) -> Tensor | None:
    """Return a mask (batch, timesteps) of this tensor; None for one of other axes or another length."""
    fits = mask is not None and len(mask.shape) == 2 and mask.shape[1] == tensor.shape[1]
    return mask if fits else None


def _riding_mask(tensor: Tensor) -> Tensor | None:
    return getattr(backend, "get_keras_mask", lambda t: getattr(t, "_keras_mask", None))(tensor)


def is_float(tensor: Tensor) -> bool:
    """Tell whether a tensor holds floats."""
    return bool(backend.is_float_dtype(backend.standardize_dtype(tensor.dtype)))
