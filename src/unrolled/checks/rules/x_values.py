"""What is found in the values of x: NaN, ids that no Embedding has, whole numbers, values far from 1."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unrolled.checks.arrays import Given
from unrolled.checks.cases import Subject
from unrolled.checks.reports import Problem
from unrolled.traces.calls import RecurrentCall

_HUGE = 1e3  # a gate is closed or open for good long before


def find_in_x_values(subject: Subject) -> Iterator[Problem]:
    """Yield what is wrong with the values of x."""
    for given in subject.inputs:
        if given.array is not None and given.array.size and given.array.dtype.kind in "fiub":
            yield from not_finite(given)
            yield from _ids(given)
            yield from _cut_to_integers(subject, given)
    yield from _unscaled(subject)


def not_finite(given: Given) -> Iterator[Problem]:
    """Yield the problem of NaN and infinity in an array."""
    array = given.array
    if array is None or array.dtype.kind != "f" or not array.size:
        return
    bad = ~np.isfinite(array)
    if not bad.any():
        return
    name, count = given.variable, int(bad.sum())
    rows = int(bad.reshape(len(array), -1).any(axis=1).sum()) if array.ndim else 1
    every = rows == len(array) if array.ndim else True
    fix = f"keep = np.isfinite({name}).reshape(len({name}), -1).all(axis=1)\n{name} = {name}[keep]  # and all others so"
    yield Problem(
        "nan-or-infinity",
        "wrong",
        f"{name} holds NaN or infinity",
        "finite numbers",
        f"{count} of {array.size} values, in {rows} of {len(array) if array.ndim else 1} samples",
        "One NaN makes the loss NaN, and after one step of training every weight. A mask does not protect from it.",
        f"print(np.isfinite({name}).all())  # after each step that made it: no sample is without"
        if every
        else fix,
    )


def _ids(given: Given) -> Iterator[Problem]:
    array, count, name = given.array, given.ids, given.variable
    if count is None or array is None:
        return
    low, high = float(array.min()), float(array.max())
    expected = f"ids from 0 to {count - 1}: Embedding({count}, ...)"
    if high >= count:
        why = "The Embedding has no row for it. On a CPU TensorFlow stops, on a GPU and in other backends it need not."
        fix = f"keras.layers.Embedding({int(high) + 1}, ...)  # the largest id + 1"
        yield Problem(
            "indices-is-not-in",
            "raises",
            "An id is too large",
            expected,
            f"up to {high:g}",
            why,
            fix,
        )
    if low < 0:
        why = "TensorFlow on a CPU counts a negative id from the end: -1 is the last row of the table."
        fix = f"{name} = {name} + {-int(low)}  # and Embedding({max(count, int(high - low) + 1)}, ...)"
        yield Problem(
            "negative-id", "wrong", "An id is negative", expected, f"from {low:g}", why, fix
        )
    if array.dtype.kind == "f" and np.any(array != np.round(array)):
        why = "Keras cuts the fraction off: 0.9 becomes the id 0."
        yield Problem(
            "ids-with-fractions",
            "wrong",
            "Ids have fractions",
            expected,
            f"dtype {array.dtype}, with fractions",
            why,
            f"{name} = np.digitize({name}, bins)  # or give numbers to the recurrent layer without an Embedding",
        )


def _cut_to_integers(subject: Subject, given: Given) -> Iterator[Problem]:
    """Yield a doubt where a padded float input came as small whole numbers: pad_sequences does that unless told."""
    array = given.array
    masks = any(type(layer).__name__ == "Masking" for layer in subject.layers.values())
    if (
        array is None
        or not masks
        or given.ids
        or array.dtype != np.int32
        or not given.dtype.startswith("float")
    ):
        return
    yield Problem(
        "pad-sequences-cut-to-integers",
        "doubt",
        f"{given.variable} holds whole numbers of dtype int32",
        f"{given.dtype}, as the input of the model",
        f"int32, {int(array.min())} to {int(array.max())}",
        "keras.utils.pad_sequences makes int32 unless told otherwise, and cuts every fraction off: 0.7 becomes 0.",
        f'{given.variable} = keras.utils.pad_sequences(rows, dtype="float32", padding="post")',
    )


def _unscaled(subject: Subject) -> Iterator[Problem]:
    """Yield a doubt where a recurrent layer reads values that close or open its gates for good."""
    for call in subject.trace.calls if subject.trace else ():
        if (
            not isinstance(call, RecurrentCall)
            or not call.inputs
            or call.x.dtype.kind != "f"
            or not call.x.size
        ):
            continue
        largest = float(np.nanmax(np.abs(call.x)))
        if largest > _HUGE:
            yield Problem(
                "unscaled-features",
                "doubt",
                f"The layer {call.layer_name} reads values up to {largest:.3g}",
                "features of about -3 to 3",
                f"values up to {largest:.3g}",
                "The gates end in a sigmoid: at such values they are 0 or 1 whatever the weights, and learn slowly.",
                "scale = keras.layers.Normalization(axis=-1); scale.adapt(x)  # put it in front",
            )
            return
