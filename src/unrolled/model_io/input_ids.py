"""What keeps numbers from being ids: fractions, NaN, and ids that an Embedding does not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from unrolled.model_io.arrays import ArrayArgument
from unrolled.model_io.findings import Finding
from unrolled.model_io.signature import InputSpec
from unrolled.traces.cells import Array


def find_fractions(
    argument: ArrayArgument, spec: InputSpec, array: Array
) -> Iterator[Finding]:
    """Yield the finding of fractions for an input that takes whole numbers."""
    takes_whole = spec.dtype.startswith(("int", "uint"))
    if not takes_whole or array.dtype.kind != "f":
        return
    # NaN is not equal to itself, and so no whole number
    is_whole = array == np.round(array)
    if is_whole.all():
        return
    yield Finding(
        code="ids-with-fractions",
        title=f"{argument.variable} has fractions",
        expected=f"whole numbers ({spec.dtype})",
        of=f"the input {spec.name!r}",
        came=f"{array.dtype} with fractions",
        why="This input takes ids. Keras cuts the fraction off: 0.9 becomes the id 0.",
        fix="keras.Input((None, 1))  # for numbers, without an Embedding; or give ids",
        fix_is_example=True,
        is_type=True,
    )


def find_wrong_ids(argument: ArrayArgument, array: Array) -> Iterator[Finding]:
    """Yield the findings of values that are no row of the Embedding that looks them up."""
    count = argument.ids
    if count is None or array.dtype.kind not in "fiub":
        return
    expected = f"ids from 0 to {count - 1} (an Embedding of {count})"
    of = f"the input {argument.name!r}"
    name = argument.variable
    is_finite = np.isfinite(array)
    if not is_finite.all():
        yield Finding(
            code="nan-or-infinity",
            title=f"{name} holds NaN or infinity",
            expected=expected,
            of=of,
            came="NaN or infinity",
            why="The Embedding has no row for it.",
            fix=f"{name} = np.nan_to_num({name})  # where the id 0 stands for what is missing",
            fix_is_example=True,
        )
        return
    # both may be wrong at once: an id too large, and one below 0
    low = array.min()
    high = array.max()
    came = f"{low:g} to {high:g}"
    if high >= count:
        rows = int(high) + 1
        yield Finding(
            code="indices-is-not-in",
            title="An id is too large",
            expected=expected,
            of=of,
            came=came,
            why=(
                "The Embedding has no row for it. On a CPU TensorFlow stops, on a GPU and in "
                "other backends it need not."
            ),
            fix=(
                f"keras.layers.Embedding({rows}, 8)  # where the model is built: the "
                "largest id + 1, and as many units as before"
            ),
            fix_is_example=True,
        )
    if low < 0:
        fix, is_example = _moved_ids(name, count, low, high)
        yield Finding(
            code="negative-id",
            title="An id is negative",
            expected=expected,
            of=of,
            came=came,
            why=(
                "TensorFlow on a CPU counts a negative id from the end: -1 is the last row of the "
                "table."
            ),
            fix=fix,
            fix_is_example=is_example,
        )


def _moved_ids(name: str, count: int, low: Any, high: Any) -> tuple[str, bool]:
    """Return the line that moves the ids up to 0, and whether the Embedding is too small for it."""
    line = f"{name} = {name} + {-int(low)}"
    # moved so, the smallest id is 0
    needed = int(high - low) + 1
    if needed > count:
        return f"{line}  # and Embedding({needed}) in the model", True
    return line, False
