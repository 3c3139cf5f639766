"""Arrays as they were given, read without raising anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from unrolled.model_io.nested import leaves
from unrolled.model_io.signature import InputSpec
from unrolled.traces.cells import Array

#: dtypes that NumPy knows by ml_dtypes alone, whose kind says nothing
_SMALL_FLOATS = ("bfloat16", "float8_e4m3fn", "float8_e5m2")
#: what the names of dtypes of text have in them, with ``str`` that of TensorFlow and pandas
_TEXT_MARKS = ("<U", "|S", "str")


@dataclass(frozen=True, kw_only=True)
class ArrayArgument:
    """One array that was given, for an input or as labels.

    Attributes
    ----------
    name : str
        Of the input or output that it is for.
    value : object
        As it was given.
    array : numpy.ndarray or None
        The same in NumPy, with the axis batch first; None where it is not an array of numbers.
    variable : str
        How you write it: ``x['past']``.
    problem : str
        Why it is not an array of numbers; empty where it is one.
    spec : InputSpec or None
        The input that it is for; None for labels, and where the model does not say.

    Examples
    --------
    >>> read_array("x", [[1.0], [1.0, 2.0]], "x").array is None
    True
    """

    name: str
    value: Any
    array: Array | None
    variable: str
    problem: str = ""
    spec: InputSpec | None = None

    @property
    def ids(self) -> int | None:
        """How many ids it may hold, where an Embedding looks them up."""
        return None if self.spec is None else self.spec.ids

    @property
    def is_text(self) -> bool:
        """Whether it holds text in place of numbers."""
        return any(mark in self.problem for mark in _TEXT_MARKS)

    @property
    def is_plain_list(self) -> bool:
        """Whether it is a plain Python list, which ``fit`` does not take as an array."""
        return isinstance(self.value, (list, tuple)) and not hasattr(
            self.value, "shape"
        )

    @property
    def is_list_of_arrays(self) -> bool:
        """Whether it is a list of several arrays."""
        if not self.is_plain_list or not len(self.value):
            return False
        return all(getattr(value, "ndim", 0) for value in self.value)


@dataclass(frozen=True)
class GivenStructure:
    """What was given as x, y or loss, where it does not have the arrays that the model has.

    Attributes
    ----------
    count : int
        Of its arrays or losses.
    keys : tuple or None
        Where it is a dict.

    Examples
    --------
    >>> GivenStructure(2).words, GivenStructure(1, ("a",)).words
    ('2 arrays', "a dict with the key 'a'")
    """

    count: int
    keys: tuple[Any, ...] | None = None

    @property
    def words(self) -> str:
        """The same in words."""
        if self.keys is not None:
            return say_keys(self.keys)
        return f"{self.count} array" + "s" * (self.count != 1)


def read_array(
    name: str, value: Any, variable: str, spec: InputSpec | None = None
) -> ArrayArgument:
    """Return an array with all that could be read of it; it raises nothing."""
    array, problem = _convert(value)
    if array is not None:
        takes_text = spec is not None and spec.dtype == "string"
        problem = _wrong_dtype(array, takes_text)
    return ArrayArgument(
        name=name,
        value=value,
        array=None if problem else array,
        variable=variable,
        problem=problem,
        spec=spec,
    )


def _convert(value: Any) -> tuple[Array | None, str]:
    """Return a value as an array, or None and why it is not one."""
    if value is None:
        return None, "None"
    if hasattr(value, "__next__"):
        kind = type(value).__name__
        return None, f"a {kind}, which can be read only once"
    if hasattr(value, "detach"):  # a tensor of PyTorch
        value = value.detach().cpu()
    try:
        return np.asarray(value), ""
    except Exception as error:  # an object of any kind, which NumPy or the object itself refuses
        return None, f"rows of different lengths ({error})"


def _wrong_dtype(array: Array, takes_text: bool) -> str:
    """Return what an array holds in place of text or of numbers; empty where it is right."""
    kind = array.dtype.kind
    is_right = kind in "fiub" or array.dtype.name in _SMALL_FLOATS
    if takes_text:
        is_right = kind in "OSUT"
    if is_right:
        return ""
    if kind == "O":
        return (
            "dtype object (rows of different lengths, or None, or mixed types)"
        )
    return f"dtype {array.dtype}"


def count_arrays(given: Any) -> GivenStructure:
    """Return what was given, as the number of its arrays or the keys of its dict."""
    keys = tuple(given) if isinstance(given, Mapping) else None
    return GivenStructure(len(leaves(given)), keys)


def say_keys(keys: Sequence[Any]) -> str:
    """Return in words which keys a dict has.

    >>> say_keys(["past", "known"]), say_keys([])
    ("a dict with the keys 'past', 'known'", 'an empty dict')
    """
    if not keys:
        return "an empty dict"
    return f"a dict with the key{'s' * (len(keys) != 1)} {', '.join(map(repr, keys))}"
