"""Read the names of features, steps, words, classes and targets: those given, those in the data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from unrolled.diagrams.rows.value_names import Names, ValueNames
from unrolled.plain_text import printable_line
from unrolled.windowing.windows import Windows


def read_given(**names: Any) -> ValueNames:
    """Return the names that somebody gave, each a list of names or None.

    Raises TypeError for what is not a list of names.

    >>> read_given(features=["pressure"], steps=range(2), vocabulary=None).steps
    ('0', '1')
    """
    read = {
        argument: _read_list(argument, given)
        for argument, given in names.items()
    }
    return ValueNames(**read)


def _read_list(argument: str, given: Any) -> Names:
    """Return names as texts; nothing for None."""
    if given is None:
        return ()
    if hasattr(given, "get_vocabulary"):
        # a layer that looks words up
        given = given.get_vocabulary()
    is_list = np.iterable(given) and not isinstance(
        given, (str, bytes, Mapping)
    )
    if not is_list:
        raise TypeError(
            f"Expected {argument} to be a list of names, got {type(given).__name__}. "
            f'Fix: {argument}=["first", "second"].'
        )
    return as_texts(given)


def as_texts(names: Any) -> Names:
    """Return names as texts, moments as short as they can be told apart.

    >>> as_texts(np.array(["2024-01-01T06", "2024-01-01T07"], "datetime64[ns]"))
    ('2024-01-01T06:00', '2024-01-01T07:00')
    """
    listed = list(names)
    # a list has no dtype, and a dtype of pandas or polars need not have a kind
    dtype = getattr(names, "dtype", None)
    kind = getattr(dtype, "kind", "")
    if kind == "M":
        moments: npt.NDArray[np.datetime64] = np.asarray(names)
        listed = np.datetime_as_string(moments, unit="auto").tolist()
    # a name may hold what would steer a terminal, or what no picture can
    return tuple(map(printable_line, map(str, listed)))


def read_names_of(x: Any) -> ValueNames:
    """Return the names that data bring along; none for plain arrays.

    Windows, data frames of pandas and polars, and arrays of xarray have some.
    """
    if isinstance(x, Windows):
        return ValueNames(features=x.feature_names, targets=x.target_names)
    if hasattr(x, "dims") and hasattr(x, "coords"):
        return _read_labelled(x)
    columns = getattr(x, "columns", None)
    if columns is None:
        return ValueNames()
    return ValueNames(features=as_texts(columns))


def _read_labelled(x: Any) -> ValueNames:
    """Return the names along the axes of an array that has coordinates, such as xarray's."""
    names: list[Names] = []
    # the first axis is batch, whose samples have no names here
    for dim in x.dims[1:]:
        of_axis: Names = ()
        if dim in x.coords:
            # an axis need not have coordinates
            coordinates = np.asarray(x.coords[dim])
            of_axis = as_texts(coordinates)
        names.append(of_axis)
    nothing: Names = ()
    # the last axis holds features, also where it is the only other one
    *_, features = (nothing, *names)
    steps, *_ = (*names[:-1], nothing)
    return ValueNames(features=features, steps=steps)
