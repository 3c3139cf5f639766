"""Copies of layers that share the variables and have attributes of their own.

No other thread sees what is set there.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import keras


def shallow_copy(thing: Any) -> Any:
    """Return an object of the same class with the same attributes.

    ``copy.copy`` would write a layer as a file and read it again, as its pickling does: other
    variables.
    """
    if not isinstance(thing, keras.Operation):
        # a cell need not be a layer
        return copy.copy(thing)
    # its __init__ would make variables anew
    made = object.__new__(type(thing))
    vars(made).update(vars(thing))
    return made


def put(thing: Any, name: str, value: Any) -> None:
    """Set an attribute of a copy, past Keras's tracking.

    What tracks it is shared with the original.
    """
    object.__setattr__(thing, name, value)


def cells_of(layer: Any) -> list[Any]:
    """Return the cells of a recurrent layer, in their order; empty for any other layer."""
    cell = getattr(layer, "cell", None)
    if cell is None:
        return []
    # of StackedRNNCells those that it holds
    cells = getattr(cell, "cells", None)
    return list(cells or [cell])


def copy_recurrent(layer: Any) -> Any:
    """Return a copy of a recurrent layer with copies of its cells.

    There dropout's factors are kept during a call.
    """
    made = shallow_copy(layer)
    cell = copy_cell(layer.cell)
    if getattr(cell, "cells", None):
        cells = list(map(copy_cell, cell.cells))
        put(cell, "cells", cells)
    put(made, "cell", cell)
    return made


def copy_cell(cell: Any) -> Any:
    """Return a copy of a cell without factors of dropout.

    Those that it has may be of a run in another thread.
    """
    made = shallow_copy(cell)
    # a cell of its author's own need not have dropout
    if hasattr(made, "reset_dropout_mask"):
        made.reset_dropout_mask()
        made.reset_recurrent_dropout_mask()
    return made


def open_functions(layer: Any) -> Any:
    """Return the layer; where a method is a ``tf.function`` a copy that runs it as plain Python.

    No layer that is called in a compiled function could be heard.
    """
    functions = functions_of(type(layer))
    if not functions:
        return layer
    made = shallow_copy(layer)
    for name, function in functions.items():
        method = function.__get__(made)
        put(made, name, method)
    return made


def functions_of(kind: type) -> dict[str, Callable[..., Any]]:
    """Return by name the Python functions of those methods that the author of a class compiled."""
    attributes: dict[str, Any] = {}
    for owner in reversed(kind.__mro__):
        package = owner.__module__.partition(".")[0]
        if package not in {"builtins", "keras"}:
            # what a class inherits and makes anew counts as it makes it
            attributes.update(vars(owner))
    # a tf.function holds the function that it was made of
    found: dict[str, Callable[..., Any]] = {}
    for name, value in attributes.items():
        if hasattr(value, "python_function"):
            found[name] = value.python_function
    return found
