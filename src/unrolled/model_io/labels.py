"""Read the labels that a model's outputs are compared with. Knows no Keras."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from unrolled.model_io.arrays import ArrayArgument, read_array
from unrolled.model_io.matching import by_output
from unrolled.model_io.nested import Path, spell, walk
from unrolled.traces.cells import Array


@dataclass(frozen=True, kw_only=True)
class GivenLabels:
    """The arrays of y.

    Attributes
    ----------
    arguments : tuple of ArrayArgument
        In the order of the outputs; empty where y does not have an array for each.
    misfit : str
        Why it does not; empty where it has.

    Examples
    --------
    >>> given = read_y({"a": [1.0, 2.0]}, [("a",)], ["a"])
    >>> given.arguments[0].variable, given.require(samples=2)
    ("y['a']", [array([1., 2.])])
    """

    arguments: tuple[ArrayArgument, ...] = ()
    misfit: str = ""

    def require(self, samples: int) -> list[Array]:
        """Return the arrays, each with one row per sample.

        Raises ValueError where y does not have the arrays or the rows, TypeError where it holds no
        numbers.
        """
        if self.misfit:
            raise ValueError(self.misfit)
        arrays: list[Array] = []
        for argument in self.arguments:
            array = argument.array
            if array is None:
                raise TypeError(
                    f"Expected an array of numbers for y, got {argument.problem}. "
                    "Fix: y = np.asarray(y, dtype='float32'), once its rows are equally long."
                )
            # a single number has no rows at all
            rows = array.shape[:1]
            if rows != (samples,):
                raise ValueError(
                    f"Expected y with one row per sample of x ({samples}), "
                    f"got shape {array.shape}. Fix: axis 0 of y is batch; cut x and y alike."
                )
            arrays.append(array)
        return arrays


def read_y(y: Any, paths: Sequence[Path], names: Sequence[str]) -> GivenLabels:
    """Return the arrays of ``y``, one for each output; it raises nothing.

    paths: where each output stands in what the model returns. names: of the outputs.
    """
    # told, and not raised: check has more to say than the first fault
    try:
        matched = by_output(y, paths, names)
    except ValueError as error:
        return GivenLabels(misfit=str(error))
    arguments: list[ArrayArgument] = []
    for name, (path, value) in zip(names, matched, strict=True):
        variable = spell("y", path)
        argument = read_array(name, value, variable)
        arguments.append(argument)
    return GivenLabels(arguments=tuple(arguments))


def read_loose_y(y: Any) -> GivenLabels:
    """Return all arrays of ``y``, where it is not known which output each is for.

    >>> [argument.name for argument in read_loose_y({"a": [1.0]}).arguments]
    ["y['a']"]
    """
    arguments: list[ArrayArgument] = []
    for path, value in walk(y):
        variable = spell("y", path)
        argument = read_array(variable, value, variable)
        arguments.append(argument)
    return GivenLabels(arguments=tuple(arguments))
