"""The inputs of a model in one run: the copy of each, which layers read it, and what these are."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial, reduce
from typing import Any

import keras

from unrolled.keras_bridge.tensors import Tensor


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
class Entry:
    """An input of the model.

    tensor: its copy. layers, masks: of the calls that read it. looked_up: the vectors that layers
    looked up for it, where it holds ids.
    """

    name: str
    tensor: Tensor
    layers: list[Any] = field(default_factory=list)
    masks: list[Tensor | None] = field(default_factory=list)
    looked_up: list[Tensor] = field(default_factory=list)

    def probes(self) -> list[Probe]:
        """Return a probe for each copy of vectors looked up, and for the input if it has time."""
        axes = len(self.tensor.shape)
        # (batch, timesteps, features), or a video: (batch, timesteps, rows, columns, channels)
        is_sequence = axes in (3, 5)
        # of four axes it is an image, unless a loop goes through its rows
        is_looped = axes > 3 and any(map(has_loop, self.layers))
        has_time = is_sequence or is_looped
        copies = [*self.looked_up]
        if has_time and is_float(self.tensor):
            copies.append(self.tensor)
        # only where all who read it begin with its last step
        directions = set(map(goes_backwards, self.layers))
        make_probe = partial(
            Probe,
            self.name,
            "InputLayer",
            go_backwards=directions == {True},
        )
        return [make_probe(copy, mask=self._kept_steps()) for copy in copies]

    def _kept_steps(self) -> Tensor | None:
        """Return where any call that reads it does not pass over the step; None without masks."""
        kinds = set(map(type, self.masks))
        # one call that reads every step is enough: then none is passed over
        if not kinds or type(None) in kinds:
            return None
        return reduce(keras.ops.logical_or, self.masks)


def looks_up(layer: Any, ids: Tensor, vectors: Tensor) -> bool:
    """Return whether a layer turned ids (batch, timesteps) into vectors, one for each."""
    # an Embedding takes ids of any dtype
    is_embedding = isinstance(layer, keras.layers.Embedding)
    if is_float(ids) and not is_embedding:
        return False
    # how many axes, and how many steps: ids without a time axis have no length
    wanted = (3, *ids.shape[1:2])
    found = (len(vectors.shape), *vectors.shape[1:2])
    is_one_for_each = found == wanted
    return is_one_for_each and is_float(vectors)


def goes_backwards(layer: Any) -> bool:
    """Return whether a layer reads the last step first."""
    return bool(getattr(layer, "go_backwards", False))


def has_cell(layer: Any) -> bool:
    """Return whether a layer is a loop over time of a cell."""
    return hasattr(layer, "cell")


def has_loop(layer: Any) -> bool:
    """Return whether what a layer calls inside sees one step only."""
    return has_cell(layer) or isinstance(layer, keras.layers.TimeDistributed)


def fit_mask(mask: Tensor | None, tensor: Tensor) -> Tensor | None:
    """Return a mask (batch, timesteps) of this tensor; None for one that does not fit it."""
    if mask is None:
        return None
    timesteps = tuple(tensor.shape[1:2])
    # a mask of more axes says which step may read which one
    if tuple(mask.shape[1:]) != timesteps:
        return None
    return mask


def is_float(tensor: Tensor) -> bool:
    """Return whether a tensor holds floats."""
    dtype = keras.backend.standardize_dtype(tensor.dtype)
    return "float" in dtype
