"""Which tensors a run returns, and the array of each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import keras
import numpy as np

from unrolled.keras_bridge.loop_records import Value
from unrolled.keras_bridge.tensors import Tensor
from unrolled.traces.cells import Array


class RunResults:
    """The results of a run: each tensor that was heard, once.

    TensorFlow's loop stacks its steps along the first axis, then transposes the stack to (batch,
    timesteps, ...). A compiled run returns it transposed back: TensorFlow then leaves both out of
    the graph, and no step is copied twice. The array is a view of the stack, batch first.

    heard: the tensors, each any number of times. sequences: those of them that a loop stacked.
    """

    def __init__(
        self,
        heard: Iterable[Tensor],
        sequences: Iterable[Tensor],
        *,
        compiled: bool,
    ) -> None:
        tensors = {id(t): t for t in heard if _is_in_reach(t)}
        self._tensors = list(tensors.values())
        self._slots = {key: slot for slot, key in enumerate(tensors)}
        stacked = {id(t) for t in sequences} if compiled else set()
        self._stacked = {
            slot for key, slot in self._slots.items() if key in stacked
        }

    def tensors(self) -> list[Tensor]:
        """Return the tensors as the run returns them."""
        return [
            _swap(t) if k in self._stacked else t
            for k, t in enumerate(self._tensors)
        ]

    def read(self, returned: Sequence[Tensor]) -> Value:
        """Return what gives the array of a heard tensor, None for one that cannot be seen."""
        arrays = [_array(t) for t in returned]
        for slot in self._stacked:
            arrays[slot] = arrays[slot].swapaxes(0, 1)

        def value(tensor: Tensor) -> Array | None:
            slot = self._slots.get(id(tensor))
            return None if slot is None else arrays[slot]

        return value


def _swap(tensor: Tensor) -> Tensor:
    """Return a tensor with its first two axes swapped."""
    return keras.ops.transpose(tensor, (1, 0, *range(2, len(tensor.shape))))


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
        return True
    import tensorflow as tf

    return graph is tf.compat.v1.get_default_graph()
