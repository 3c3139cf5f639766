"""How the arrays of a batch go into a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras

from unrolled.keras_bridge.tensors import Tensor
from unrolled.model_io.datasets import is_dataset, read_batches
from unrolled.model_io.inputs import read_x
from unrolled.model_io.matching import with_absent
from unrolled.model_io.nested import leaves, pack, spell, walk
from unrolled.model_io.signature import ModelIO
from unrolled.traces.cells import Array


class ModelInputs:
    """How the arrays of a batch go into a model.

    names: of the inputs that are given. dtypes: as Keras's ``predict`` casts them.
    """

    def __init__(self, io: ModelIO, x: Any, batch: Sequence[Array]) -> None:
        # the batches of a dataset are alike: the first one tells
        if is_dataset(x):
            x = next(read_batches(x, 1))[0]
        self._absent: set[int] = set()
        # where x was made up, no input is left out
        if x is not None:
            self._absent.update(read_x(io, x).absent)
        places = range(len(batch) + len(self._absent))
        given = sorted(set(places) - self._absent)
        self._structure = io.input_structure
        self._like = None
        self.names: list[str] = []
        self.dtypes: list[str] = []
        if not io.inputs:
            # a subclass does not say what it takes: x does
            self._like = x
            names = _names_in(x)
            self.names = list(map(names.__getitem__, given))
            self.dtypes = list(map(_dtype_in_predict, batch))
            return
        for place in given:
            spec = io.inputs[place]
            self.names.append(spec.layer_name)
            self.dtypes.append(spec.dtype)

    def tensors(self, batch: Sequence[Array]) -> list[Tensor]:
        """Return the arrays as tensors of the model's dtypes."""
        return list(map(keras.ops.convert_to_tensor, batch, self.dtypes))

    def arrange(self, tensors: Sequence[Tensor]) -> Any:
        """Return the tensors as the model takes them, with None for an input that is left out."""
        tensors = with_absent(tensors, self._absent)
        if self._like is not None:
            return pack(self._like, tensors)
        takes_dict = isinstance(self._structure, dict)
        # Keras takes one array alone where a model was made of a list of one
        if len(tensors) == 1 and not takes_dict:
            return tensors[0]
        return keras.tree.pack_sequence_as(self._structure, tensors)

    def key(self) -> tuple[Any, ...]:
        """Return what two runs must have in common to take their inputs alike."""
        return (*self.names, *self.dtypes, *sorted(self._absent))


def _names_in(x: Any) -> list[str]:
    """Return names for the inputs of a model that does not know them.

    The keys of a dict, or x, x1, ...
    """
    if isinstance(x, Mapping):
        return [spell(str(path[0]), path[1:]) for path, _ in walk(x)]
    count = len(leaves(x))
    numbered = map("x{}".format, range(1, count))
    return ["x", *numbered]


def _dtype_in_predict(array: Array) -> str:
    """Return the dtype that Keras's predict would give an array.

    Floats become the configured float.
    """
    if array.dtype.kind == "f":
        return str(keras.config.floatx())
    # ids and booleans go in as they are
    return str(array.dtype)
