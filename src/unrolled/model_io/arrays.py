"""Arrays as they were given, read without raising anything."""

from __future__ import annotations

import re
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
_OF_TEXT = re.compile(r"<U|\|S|str")


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
    ids : int or None
        How many ids it may hold, where an Embedding looks them up.
    is_text : bool
        Whether it holds text in place of numbers.

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
    ids: int | None = None
    is_text: bool = False

    @property
    def is_plain_list(self) -> bool:
        """Whether it is a plain Python list, which ``fit`` does not take as an array."""
        is_list = isinstance(self.value, (list, tuple))
        # a list of somebody's own class may be read as an array
        is_array = hasattr(self.value, "shape")
        return is_list and not is_array

    @property
    def is_list_of_arrays(self) -> bool:
        """Whether it is a list of several arrays."""
        if not self.is_plain_list:
            return False
        # numbers and lists of them have no axes
        ranks = [getattr(value, "ndim", 0) for value in self.value]
        fewest = min(ranks, default=0)
        return fewest > 0


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
        plural = "s" * (self.count != 1)
        return f"{self.count} array{plural}"


def read_array(
    name: str, value: Any, variable: str, spec: InputSpec | None = None
) -> ArrayArgument:
    """Return an array with all that could be read of it; it raises nothing."""
    array, problem = _convert(value)
    if array is not None:
        dtype = getattr(spec, "dtype", "")
        problem = _wrong_dtype(array, takes_text=dtype == "string")
    # what cannot be run is not kept as an array
    if problem:
        array = None
    text = _OF_TEXT.search(problem)
    return ArrayArgument(
        name=name,
        value=value,
        array=array,
        variable=variable,
        problem=problem,
        spec=spec,
        ids=getattr(spec, "ids", None),
        is_text=text is not None,
    )


def _convert(value: Any) -> tuple[Array | None, str]:
    """Return a value as an array, or None and why it is not one."""
    if value is None:
        return None, "None"
    # it would be empty when it is read for the run
    if hasattr(value, "__next__"):
        kind = type(value).__name__
        return None, f"a {kind}, which can be read only once"
    # a tensor of PyTorch, which may be on a GPU or have gradients
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    try:
        return np.asarray(value), ""
    except Exception as error:
        # an object of any kind, which NumPy or the object itself refuses
        return None, f"rows of different lengths ({error})"


def _wrong_dtype(array: Array, *, takes_text: bool) -> str:
    """Return what an array holds in place of text or of numbers; empty where it is right."""
    kind = array.dtype.kind
    is_right = kind in "fiub" or array.dtype.name in _SMALL_FLOATS
    if takes_text:
        # objects, bytes, and text of fixed or of any length
        is_right = kind in "OSUT"
    if is_right:
        return ""
    # NumPy makes objects of what has no type in common
    if kind == "O":
        return (
            "dtype object (rows of different lengths, or None, or mixed types)"
        )
    return f"dtype {array.dtype}"


def count_arrays(given: Any) -> GivenStructure:
    """Return what was given, as the number of its arrays or the keys of its dict."""
    # a dict is told by its keys, by which Keras looks for the arrays
    keys = None
    if isinstance(given, Mapping):
        keys = tuple(given)
    count = len(leaves(given))
    return GivenStructure(count, keys)


def say_keys(keys: Sequence[Any]) -> str:
    """Return in words which keys a dict has.

    >>> say_keys(["past", "known"]), say_keys([])
    ("a dict with the keys 'past', 'known'", 'an empty dict')
    """
    if not keys:
        return "an empty dict"
    plural = "s" * (len(keys) != 1)
    listed = ", ".join(map(repr, keys))
    return f"a dict with the key{plural} {listed}"
