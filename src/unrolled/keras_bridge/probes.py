"""Probes: every layer that reads a time axis reads a copy of its own, which has a gradient.

A copy of its own, because two layers may read the same tensor (the halves of a Bidirectional): the
gradient with respect to the copy tells of this one layer. Source: Keras ``src/layers/layer.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras

from unrolled.keras_bridge.masks import (
    hang_mask,
    mask_of,
    mask_of_call,
    unmasked,
)
from unrolled.keras_bridge.model_entries import (
    Entry,
    Probe,
    fit_mask,
    goes_backwards,
    has_cell,
    has_loop,
    is_float,
    looks_up,
)
from unrolled.keras_bridge.tensors import Tensor, is_tensor, tensors_in

#: makes the copy; returns the tensor itself where no gradient can be asked of it
Mark = Callable[[Tensor], Tensor]


class Prober:
    """Hands out the copies in one run, and keeps them in call order."""

    def __init__(self, mark: Mark) -> None:
        self._mark = mark
        # by the id of the copy, which the entry keeps
        self._entries: dict[int, Entry] = {}
        self._probes: list[Probe] = []
        # what has many axes but no time, by its id; kept, so that no other tensor gets that id
        self._maps: dict[int, Tensor] = {}
        # of the layers whose calls have not ended, the model's own first
        self._names: list[str] = []
        self._muted = 0

    def enter(self, name: str, tensor: Tensor) -> Tensor:
        """Return the copy of a model's input that the model is to read."""
        copy = tensor
        if is_float(tensor) and len(tensor.shape) > 2:
            copy = self._copy(tensor)
        self._entries[id(copy)] = Entry(name, copy)
        return copy

    def probes(self) -> list[Probe]:
        """Return what was read, the inputs first. Each copy of several Embeddings is a probe."""
        found: list[Probe] = []
        for entry in self._entries.values():
            found += entry.probes()
        return found + self._probes

    def has_time(self, output: Tensor) -> bool:
        """Return whether the second axis of an output is time; of many if it is as long as one."""
        axes = len(output.shape)
        if axes < 3 or id(output) in self._maps:
            return False
        if axes == 3:
            return True
        # the second axis of an image holds rows
        timesteps = [probe.copy.shape[1] for probe in self.probes()]
        return output.shape[1] in timesteps

    def listens(self) -> bool:
        """Return whether calls made now are to be probed: outside a loop over time."""
        return not self._muted

    def call(
        self, original: Callable[..., Any], layer: Any, args: Any, kwargs: Any
    ) -> Any:
        """Run one call of a layer on copies of what it reads."""
        if not isinstance(layer, keras.layers.Layer):
            return original(layer, *args, **kwargs)
        if isinstance(layer, keras.Model):
            # what a model reads is copied for the layers inside it
            return self._run(original, layer, args, kwargs)
        read = tensors_in((args, unmasked(kwargs)))
        args, kwargs = self._probe(layer, args, kwargs)
        outputs = self._run(original, layer, args, kwargs)
        made = tensors_in(outputs)
        self._note_maps(layer, read, made)
        mask = self._quietly(mask_of_call, args, kwargs)
        if mask is None and made:
            # the layer reads all steps, but may tell those after it to pass over some
            mask = self._quietly(mask_of, made[0])
        entries = self._note_readers(layer, read, mask)
        if len(made) == 1:
            return self._copy_vectors(layer, entries, outputs, made[0])
        return outputs

    def _run(
        self, original: Callable[..., Any], layer: Any, args: Any, kwargs: Any
    ) -> Any:
        """Run a call; what a loop over time calls inside is not probed."""
        is_loop = has_loop(layer)
        self._names.append(layer.name)
        self._muted += is_loop
        try:
            return original(layer, *args, **kwargs)
        finally:
            self._muted -= is_loop
            self._names.pop()

    def _probe(self, layer: Any, args: Any, kwargs: Any) -> Any:
        """Return the arguments with a copy in the place of each sequence that the layer reads."""
        path = "/".join([*self._names[1:], layer.name])
        mask = self._quietly(mask_of_call, args, kwargs)
        before = len(self._probes)

        def probe(value: Any) -> Any:
            if not is_tensor(value):
                return value
            is_first = len(self._probes) == before
            if not self._is_sequence(layer, value, is_first=is_first):
                return value
            copy = self._copy(value)
            if copy is value:
                return value
            made = Probe(
                name=path,
                layer_class=type(layer).__name__,
                copy=copy,
                mask=fit_mask(mask, copy),
                go_backwards=goes_backwards(layer),
                is_recurrent=has_cell(layer),
            )
            self._probes.append(made)
            return copy

        named = keras.tree.map_structure(probe, unmasked(kwargs))
        copies = keras.tree.map_structure(probe, args)
        return copies, kwargs | named

    def _is_sequence(
        self, layer: Any, tensor: Tensor, *, is_first: bool
    ) -> bool:
        """Return whether a tensor that a layer reads has time; a loop reads its states after it."""
        if getattr(layer, "data_format", None) == "channels_first":
            # the second axis holds the channels
            return False
        if id(tensor) in self._maps:
            return False
        axes = len(tensor.shape)
        has_steps = axes == 3
        is_bidirectional = isinstance(layer, keras.layers.Bidirectional)
        if is_bidirectional or has_loop(layer):
            # of maps a step may have many axes, and a state as many as a sequence
            has_steps = is_first and axes > 2
        return has_steps and is_float(tensor)

    def _note_maps(
        self, layer: Any, given: Sequence[Tensor], made: Sequence[Tensor]
    ) -> None:
        """Note what has many axes but no time: what a loop left, and what is made of it."""
        # the last step of a loop over maps has rows where a sequence has steps
        left_time = has_cell(layer) and not layer.return_sequences
        is_made_of_maps = not self._maps.keys().isdisjoint(map(id, given))
        if not (left_time or is_made_of_maps):
            return
        for tensor in made:
            if len(tensor.shape) > 2:
                self._maps[id(tensor)] = tensor

    def _note_readers(
        self, layer: Any, read: Sequence[Tensor], mask: Tensor | None
    ) -> list[Entry]:
        """Note a layer at the inputs of the model that it reads; return these."""
        found: list[Entry] = []
        for tensor in read:
            entry = self._entries.get(id(tensor))
            if entry is not None:
                entry.layers.append(layer)
                entry.masks.append(fit_mask(mask, entry.tensor))
                found.append(entry)
        return found

    def _copy_vectors(
        self,
        layer: Any,
        entries: Sequence[Entry],
        outputs: Any,
        vectors: Tensor,
    ) -> Any:
        """Return a copy of vectors that a layer looked up for ids of the model, else its outputs.

        The gradient of ids is asked of the vectors.
        """
        for entry in entries:
            if looks_up(layer, entry.tensor, vectors):
                copy = self._copy(vectors)
                if copy is not vectors:
                    entry.looked_up.append(copy)
                return copy
        return outputs

    def _copy(self, tensor: Tensor) -> Tensor:
        """Return the copy of a tensor, with the mask that rides on it."""
        mask = self._quietly(mask_of, tensor)
        copy = self._mark(tensor)
        if copy is tensor:
            return tensor
        return self._quietly(hang_mask, copy, mask)

    def _quietly(self, function: Callable[..., Any], *args: Any) -> Any:
        """Call a function whose own calls of layers are not to be probed."""
        self._muted += 1
        try:
            return function(*args)
        finally:
            self._muted -= 1
