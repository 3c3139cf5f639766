"""The arrays that came, x and y, with all that can be read of them; nothing is judged and nothing raised."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from keras.src import tree

from unrolled.keras_bridge.tracing import id_ranges
from unrolled.model_io.datasets import read_batches
from unrolled.model_io.matching import absent, by_input, read_specs
from unrolled.model_io.nested import leaves, spell
from unrolled.traces.cells import Array

_BATCHES = 3  # of a dataset are looked at


@dataclass(frozen=True)
class Given:
    """One array that came, x or y.

    name: of the input or output. value: as it came. array: the same in NumPy, None where it is no array of numbers.
    problem: why not. shape, dtype: what the model was built for, None and "" where it does not tell. ids: how many
    ids an Embedding looks up. variable: how the reader would write it.
    """

    name: str
    value: Any
    array: Array | None
    variable: str
    problem: str = ""
    shape: tuple[int | None, ...] | None = None
    dtype: str = ""
    ids: int | None = None


@dataclass(frozen=True)
class Parts:
    """What came as x, y or loss. count: of its arrays or losses. keys: where it is a dict."""

    count: int
    keys: tuple[Any, ...] | None = None

    @property
    def words(self) -> str:
        """The same in words."""
        if self.keys is None:
            return f"{self.count} array" + "s" * (self.count != 1)
        return say_keys(self.keys)


def say_keys(keys: Sequence[Any]) -> str:
    """Return in words which keys a dict has.

    >>> say_keys(["past", "known"])
    "a dict with the keys 'past', 'known'"
    """
    return f"a dict with the key{'s' * (len(keys) != 1)} {', '.join(map(repr, keys))}"


def read_given(name: str, value: Any, variable: str, **more: Any) -> Given:
    """Return an array with all that could be read of it; it raises nothing."""
    value = value.detach().cpu() if hasattr(value, "detach") else value
    try:
        array = np.asarray(value)
    except ValueError as error:
        return Given(name, value, None, variable, f"rows of different lengths ({error})", **more)
    if array.dtype.kind in "OSU" and more.get("dtype") == "string":
        return Given(name, value, array, variable, **more)
    if array.dtype.kind not in "fiub" and array.dtype.name != "bfloat16":
        return Given(name, value, None, variable, f"dtype {array.dtype}", **more)
    return Given(name, value, array, variable, **more)


def read_x(model: Any, x: Any) -> tuple[tuple[Given, ...], Parts | None]:
    """Return the arrays of x in the model's order, and what is missing."""
    specs, ranges = read_specs(model), id_ranges(model)
    try:
        found = by_input(model, x)
    except ValueError:
        return (), count_parts(x)
    if len(found) != len(specs) and (specs or not found):
        return (), count_parts(x)
    left_out = absent(model, found)
    if not specs:
        found = [part for number, part in enumerate(found) if number not in left_out]
        return tuple(read_given("x", value, spell("x", path)) for path, value in found), None
    return tuple(
        read_given(name, value, spell("x", path), shape=shape, dtype=dtype, ids=ranges.get(name))
        for number, ((path, value), (name, shape, dtype)) in enumerate(
            zip(found, specs, strict=True)
        )
        if number not in left_out
    ), None


def is_unbatched(model: Any, x: Any) -> bool:
    """Tell whether the elements of a dataset have the shapes of single samples."""
    parts = leaves(next(read_batches(x, 1))[0])
    shapes = [shape[1:] for _, shape, _ in read_specs(model)]
    return len(parts) == len(shapes) > 0 and all(
        len(part.shape) == len(shape)
        and all(want in (None, n) for n, want in zip(part.shape, shape, strict=True))
        for part, shape in zip(parts, shapes, strict=True)
    )


def join_batches(x: Any, y: Any, join: Callable[[list[Array]], Array]) -> tuple[Any, Any]:
    """Return x and y of the first batches, one after the other."""
    parts, labels = zip(*read_batches(x, _BATCHES), strict=True)
    joined = tree.map_structure(lambda *same: join([np.asarray(a) for a in same]), *parts)
    if y is None and labels[0] is not None:
        y = tree.map_structure(lambda *same: join(list(same)), *labels)
    return joined, y


def count_parts(given: Any) -> Parts:
    """Return what came, where it does not have the parts that the model has."""
    return Parts(len(leaves(given)), tuple(given) if isinstance(given, Mapping) else None)


def is_plain(value: Any) -> bool:
    """Tell whether a value is a plain Python list, which ``fit`` does not take as an array."""
    return isinstance(value, (list, tuple)) and not hasattr(value, "shape")
