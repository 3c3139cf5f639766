"""Probes: every layer that reads a time axis reads a copy of its own, which has a gradient.

A copy of its own, because two layers may read the same tensor (the halves of a Bidirectional): the
gradient with respect to the copy tells of this one layer. Source: Keras ``src/layers/layer.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import keras

from unrolled.keras_bridge.masks import (
    hang_mask,
    mask_of,
    mask_of_call,
    unmasked,
)
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
    """An input of the model: its copy, and the calls that read it, each with its mask."""

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
        copy = (
            self._copy(tensor)
            if is_float(tensor) and len(tensor.shape) > 2
            else tensor
        )
        self._entries[id(copy)] = _Entry(name, copy)
        return copy

    def probes(self) -> list[Probe]:
        """Return what was read, the inputs first. Each copy of several Embeddings is a probe."""
        found = []
        for entry in self._entries.values():
            timed = is_float(entry.tensor) and _input_has_time(entry)
            backwards = [
                bool(getattr(layer, "go_backwards", False))
                for layer, _ in entry.readers
            ]
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
        """Return whether the second axis of an output is time; of many if it is as long as one."""
        if len(output.shape) < 3 or id(output) in self._maps:
            return False
        return len(output.shape) == 3 or output.shape[1] in {
            p.copy.shape[1] for p in self.probes()
        }

    def listens(self) -> bool:
        """Return whether calls made now are to be probed: outside a loop over time."""
        return not self._muted

    def call(
        self, original: Callable[..., Any], layer: Any, args: Any, kwargs: Any
    ) -> Any:
        """Run one call of a layer on copies of what it reads."""
        if not isinstance(layer, keras.layers.Layer):
            return original(layer, *args, **kwargs)
        path = "/".join([*self._names[1:], layer.name])
        given = [
            t
            for t in keras.tree.flatten((args, unmasked(kwargs)))
            if keras.ops.is_tensor(t)
        ]
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
        mask, probes = (
            self._quietly(mask_of_call, args, kwargs),
            len(self._probes),
        )

        def probe(value: Any) -> Any:
            is_first = len(self._probes) == probes
            if not keras.ops.is_tensor(value) or not self._is_sequence(
                layer, value, is_first
            ):
                return value
            copy = self._copy(value)
            if copy is not value:
                self._probes.append(_probe_of(layer, path, copy, mask))
            return copy

        named = keras.tree.map_structure(probe, unmasked(kwargs))
        return keras.tree.map_structure(probe, args), kwargs | named

    def _is_sequence(self, layer: Any, tensor: Tensor, is_first: bool) -> bool:
        """Return whether a tensor that a layer reads has time; a loop reads its states after it."""
        if (
            getattr(layer, "data_format", None) == "channels_first"
            or id(tensor) in self._maps
        ):
            return False
        axes = len(tensor.shape)
        if _has_loop(layer) or isinstance(layer, keras.layers.Bidirectional):
            return is_first and axes > 2 and is_float(tensor)
        return axes == 3 and is_float(tensor)

    def _follow(
        self,
        layer: Any,
        given: list[Tensor],
        args: Any,
        kwargs: Any,
        outputs: Any,
    ) -> Any:
        """Note who read the inputs, and which maps have no time; return the outputs."""
        made = [
            t for t in keras.tree.flatten(outputs) if keras.ops.is_tensor(t)
        ]
        self._note_maps(layer, given, made)
        entries = self._entries_of(given)
        mask = self._quietly(mask_of_call, args, kwargs)
        if mask is None and made:
            mask = self._quietly(mask_of, made[0])
        for entry in entries:
            entry.readers.append((layer, _fit(mask, entry.tensor)))
        if len(made) != 1 or not any(
            _looks_up(layer, e.tensor, made[0]) for e in entries
        ):
            return outputs
        return self._copy_of_lookup(entries, made[0])

    def _entries_of(self, tensors: Sequence[Tensor]) -> list[_Entry]:
        return [self._entries[id(t)] for t in tensors if id(t) in self._entries]

    def _note_maps(
        self, layer: Any, given: Sequence[Tensor], made: Sequence[Tensor]
    ) -> None:
        """Note what has many axes but no time: what a loop left, and what is made of it."""
        left_time = _has_cell(layer) and not layer.return_sequences
        if left_time or any(id(t) in self._maps for t in given):
            self._maps.update({id(t): t for t in made if len(t.shape) > 2})

    def _copy_of_lookup(
        self, entries: Sequence[_Entry], vectors: Tensor
    ) -> Tensor:
        """Return a copy of the vectors that were looked up for the ids of an input, and note it."""
        copy = self._copy(vectors)
        if copy is not vectors:
            entries[0].looked_up.append(copy)
        return copy

    def _copy(self, tensor: Tensor) -> Tensor:
        """Return the copy of a tensor, with the mask that rides on it."""
        mask, copy = self._quietly(mask_of, tensor), self._mark(tensor)
        return copy if copy is tensor else self._quietly(hang_mask, copy, mask)

    def _quietly(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call a function whose own calls of layers are not to be probed."""
        self._muted += 1
        try:
            return function(*args)
        finally:
            self._muted -= 1


def _probe_of(
    layer: Any, path: str, copy: Tensor, mask: Tensor | None
) -> Probe:
    backwards = bool(getattr(layer, "go_backwards", False))
    return Probe(
        path,
        type(layer).__name__,
        copy,
        _fit(mask, copy),
        backwards,
        _has_cell(layer),
    )


def _input_has_time(entry: _Entry) -> bool:
    """Return whether the second axis of an input is time: of four only where a layer reads it."""
    axes = len(entry.tensor.shape)
    return axes in (3, 5) or (
        axes > 3 and any(_has_loop(layer) for layer, _ in entry.readers)
    )


def _any_kept(entry: _Entry) -> Tensor | None:
    """Return where any call that reads an input does not pass over the step; None without masks."""
    masks = [mask for _, mask in entry.readers]
    if not masks or any(m is None for m in masks):
        return None
    kept = masks[0]
    for mask in masks[1:]:
        kept = keras.ops.logical_or(kept, mask)
    return kept


def _looks_up(layer: Any, ids: Tensor, made: Tensor) -> bool:
    """Return whether a layer turned ids (batch, timesteps) into vectors, one for each."""
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
    """Return whether a layer is a loop over time of a cell."""
    return hasattr(layer, "cell")


def _has_loop(layer: Any) -> bool:
    """Return whether what a layer calls inside sees one step only."""
    return _has_cell(layer) or isinstance(layer, keras.layers.TimeDistributed)


def _fit(mask: Tensor | None, tensor: Tensor) -> Tensor | None:
    """Return a mask (batch, timesteps) of this tensor; None for one that does not fit it."""
    fits = (
        mask is not None
        and len(mask.shape) == 2
        and mask.shape[1] == tensor.shape[1]
    )
    return mask if fits else None


def is_float(tensor: Tensor) -> bool:
    """Return whether a tensor holds floats."""
    return bool("float" in keras.backend.standardize_dtype(tensor.dtype))
