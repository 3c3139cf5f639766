"""Which tensors a run returns, and the array of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter

import keras
import numpy as np

from unrolled.keras_bridge.tensors import ArrayOf, Tensor
from unrolled.traces.cells import Array


class RunResults:
    """The results of a run: each tensor that was heard, once.

    TensorFlow's loop stacks its steps along the first axis, then transposes the stack to (batch,
    timesteps, ...). A compiled run returns it transposed back: TensorFlow then leaves both out of
    the graph, and no step is copied twice. The array is a view of the stack, batch first.

    heard: the tensors, each any number of times. sequences: those of them that a loop stacked.
    nbytes: how many bytes the arrays that were read last hold.
    """

    def __init__(
        self,
        heard: Iterable[Tensor],
        sequences: Iterable[Tensor],
        *,
        compiled: bool,
    ) -> None:
        in_reach = list(filter(_is_in_reach, heard))
        keyed = zip(map(id, in_reach), in_reach, strict=True)
        self._tensors = dict(keyed)
        self.nbytes = 0
        self._stacked: set[int] = set()
        if compiled:
            self._stacked = self._tensors.keys() & set(map(id, sequences))

    def tensors(self) -> list[Tensor]:
        """Return the tensors as the run returns them."""
        returned = dict(self._tensors)
        for key in self._stacked:
            tensor = returned[key]
            # (timesteps, batch, ...), as the loop stacked it
            axes = (1, 0, *range(2, len(tensor.shape)))
            returned[key] = keras.ops.transpose(tensor, axes)
        return list(returned.values())

    def read(self, returned: Sequence[Tensor]) -> ArrayOf:
        """Return what gives the array of a heard tensor, None for one that cannot be seen."""
        arrays = dict(zip(self._tensors, map(_array, returned), strict=True))
        for key in self._stacked:
            steps_first = arrays[key]
            arrays[key] = steps_first.swapaxes(0, 1)
        sizes = map(attrgetter("nbytes"), arrays.values())
        self.nbytes = sum(sizes)
        return lambda tensor: arrays.get(id(tensor))


def _array(tensor: Tensor) -> Array:
    if keras.backend.backend() == "tensorflow":
        # without a copy
        return np.asarray(tensor)
    return np.asarray(keras.ops.convert_to_numpy(tensor))


def _is_in_reach(tensor: Tensor) -> bool:
    """Return whether a tensor can be returned from here.

    One made inside a loop or branch of the graph cannot.
    """
    graph = getattr(tensor, "graph", None)
    if graph is None:
        # an eager tensor, or one of another backend
        return True
    import tensorflow as tf

    return graph is tf.compat.v1.get_default_graph()
