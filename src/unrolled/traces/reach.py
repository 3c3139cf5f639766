"""Which timestep of an input moves which timestep of an output. Plain NumPy, knows no Keras.

A reach is a bool matrix (output timesteps, input timesteps). :mod:`unrolled.keras_bridge.reach`
measures it by moving steps of the recorded arrays; here is what follows from a rule (a loop over
time) and from a part of the steps (a long sequence).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

import numpy as np

from unrolled.traces.cells import Array

Pair = tuple[int, int]
Reaches = Mapping[Pair, Array]


class _Lazy:
    """Reaches that are measured when one of them is first asked for.

    A copy or a pickle holds what was measured, not the layer that measures.
    """

    #: what a copy is
    _copy: type[Any]

    def __init__(self, measure: Callable[[], Any]) -> None:
        #: None once it has been measured
        self._measure: Callable[[], Any] | None = measure
        self._found: Any = None

    def _measured(self) -> Any:
        # once: each measurement is many runs of the layer
        if self._measure is not None:
            self._found = self._measure()
            # the layer, with all that it holds, is needed no longer
            self._measure = None
        return self._found

    def __getitem__(self, key: Any) -> Any:
        # to read one of them measures all: they come from the same runs
        reaches = self._measured()
        return reaches[key]

    def __iter__(self) -> Iterator[Any]:
        reaches = self._measured()
        return iter(reaches)

    def __len__(self) -> int:
        reaches = self._measured()
        return len(reaches)

    def __reduce__(self) -> tuple[Any, ...]:
        measured = self._measured()
        reaches = self._copy(measured)
        # a function or a layer need not be one that pickle can write
        return self._copy, (reaches,)


class LazyReach(_Lazy, Mapping[Pair, Array]):
    """Reaches by (number of the output, number of the input), measured when first asked for.

    >>> reach = LazyReach(lambda: {(0, 0): np.eye(2, dtype=bool)})
    >>> reach[0, 0].shape, (0, 1) in reach
    ((2, 2), False)
    """

    _copy = dict

    def __repr__(self) -> str:
        # to print it is no reason to measure it
        if self._measure is not None:
            return "<LazyReach: not yet measured>"
        pairs = sorted(self)
        return f"<LazyReach: {pairs}>"


class LazySourceReaches(_Lazy, Sequence["Array | None"]):
    """The reach of a value from each of its sources, measured when first asked for."""

    _copy = tuple

    def __init__(
        self, count: int, measure: Callable[[], Sequence[Array | None]]
    ) -> None:
        super().__init__(measure)
        self._count = count

    def __len__(self) -> int:
        # known before it is measured
        return self._count


def is_float(array: Array) -> bool:
    """Return whether an array holds floats; bfloat16 and float8 count, which NumPy calls void."""
    return "float" in array.dtype.name


def count_timesteps(array: Array, partners: Sequence[Array]) -> int:
    """Return how many steps of its second axis the reach of an array has; 1 for a vector.

    An array of three or more axes counts by its second one, and so do ids (batch, timesteps).
    Floats with two axes are a vector, unless what they are made of, or what is made of them, is as
    long: ``h[:, :, 0]``.

    >>> h, flat = np.zeros((2, 5, 3)), np.zeros((2, 5))
    >>> count_timesteps(h, [flat]), count_timesteps(flat, [h]), count_timesteps(flat, [h[:, 0]])
    (5, 5, 1)
    """
    if array.ndim < 2:
        return 1
    timesteps = int(array.shape[1])
    may_be_vector = array.ndim == 2 and is_float(array)
    if not may_be_vector:
        return timesteps
    # a slice, as a partner without a second axis has none
    second_axis = itemgetter(slice(1, 2))
    lengths = map(second_axis, map(np.shape, partners))
    if (timesteps,) in lengths:
        return timesteps
    return 1


def any_along(reach: Array, axis: int) -> Array:
    """Return a reach with one of its sides joined: whether any of its steps counts."""
    joined: Array = np.any(reach, axis=axis, keepdims=True)
    return joined


def fit_reach(
    reach: Array | None, output_timesteps: int, input_timesteps: int
) -> Array | None:
    """Return a reach as a matrix of this shape; None where it is not known.

    A side that is measured along steps but drawn as one vector is joined: any of its steps counts.
    A side that was measured as one vector but is drawn as steps is repeated.

    >>> fit_reach(np.eye(3, dtype=bool), 1, 3)
    array([[ True,  True,  True]])
    >>> fit_reach(np.ones((1, 1), bool), 2, 3).shape
    (2, 3)
    """
    # what was not measured fits nothing
    if reach is None:
        return None
    shape = (output_timesteps, input_timesteps)
    for axis, count in enumerate(shape):
        if count == 1:
            reach = any_along(reach, axis)
        # one step can stand for all of them; others cannot be told apart
        measured = reach.shape[axis]
        if measured not in (1, count):
            return None
    return np.broadcast_to(reach, shape)


def compose(later: Array, earlier: Array) -> Array | None:
    """Return the reach of two stages, one after the other; None where their timesteps differ.

    >>> flip = np.eye(3, dtype=bool)[::-1]
    >>> bool((compose(flip, flip) == np.eye(3)).all())
    True
    """
    read, returned = later.shape[1], earlier.shape[0]
    # an array may be a vector for one of them, and steps for the other
    if read != returned:
        return None
    # how many ways lead from step to step: NumPy multiplies floats many times faster than bools
    ways = later.astype("float32") @ earlier.astype("float32")
    joined: Array = ways > 0
    return joined


def through(later: Array, earlier: Array) -> Array | None:
    """Return the reach of two stages; what is a vector for one of them is one for the other.

    >>> mean, gate = np.ones((1, 3), bool), np.ones((3, 1), bool)
    >>> through(gate, mean).shape, through(mean, gate).shape
    ((3, 3), (1, 1))
    """
    # the axis between them: what the later one reads, and the earlier one returns
    read, returned = later.shape[1], earlier.shape[0]
    if read == 1:
        earlier = any_along(earlier, 0)
    if returned == 1:
        later = any_along(later, 1)
    return compose(later, earlier)
