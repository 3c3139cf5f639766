"""What running a model may change in it, remembered and put back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import keras
import numpy as np
from keras.src import tree


@contextmanager
def kept(model: Any) -> Iterator[None]:
    """Put back after the block all that running a model can change: variables that are no weights, caches, losses."""
    layers = list(model._flatten_layers())
    states = [
        s
        for layer in layers
        for s in tree.flatten(getattr(layer, "states", None))
        if hasattr(s, "assign")
    ]
    seeds = [v for layer in layers for v in layer.variables if not v.trainable]
    variables = {id(v): (v, np.array(keras.ops.convert_to_numpy(v))) for v in [*states, *seeds]}
    held = [
        (thing, {n: _copied(vars(thing)[n]) for n in _CHANGED if n in vars(thing)})
        for thing in _parts(layers)
    ]
    try:
        with _drawing_apart():
            yield
    finally:
        for variable, value in variables.values():
            variable.assign(value)
        for thing, attributes in held:
            for name in (n for n in _CHANGED if n in vars(thing)):
                if name in attributes:
                    object.__setattr__(thing, name, attributes[name])
                else:
                    object.__delattr__(thing, name)


def _drawing_apart() -> AbstractContextManager[None]:
    """Return what keeps PyTorch's own random state: a Dropout without a seed draws from it, not from a variable."""
    if keras.backend.backend() != "torch":
        return nullcontext()
    import torch

    forked: AbstractContextManager[None] = torch.random.fork_rng()
    return forked


#: what a call may leave on a layer or a cell besides its variables
_CHANGED = ("_losses", "_loss_ids", "_called", "_dropout_mask", "_recurrent_dropout_mask")


def _copied(value: Any) -> Any:
    return value.copy() if isinstance(value, (list, set)) else value


def _parts(layers: Sequence[Any]) -> list[Any]:
    return list({id(p): p for layer in layers for p in (layer, *_cells(layer))}.values())


def _cells(layer: Any) -> list[Any]:
    cell = getattr(layer, "cell", None)
    return [] if cell is None else [cell, *getattr(cell, "cells", ())]
