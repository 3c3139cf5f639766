"""What is found in the values of x.

NaN, ids that no Embedding has, whole numbers, values far from 1.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unrolled.checks.cases import Case
from unrolled.checks.reports import Problem, from_finding
from unrolled.checks.rules.masks import keep_lines
from unrolled.model_io.arrays import ArrayArgument
from unrolled.traces.calls import RecurrentCall
from unrolled.traces.cells import Array

_HUGE = 1e3  # a gate is closed or open for good long before
_LEVELS = {
    "indices-is-not-in": "raises",
    "negative-id": "wrong",
    "ids-with-fractions": "wrong",
}


def find(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with the values of x."""
    for argument in case.inputs:
        array = argument.array
        if array is not None and array.size and array.dtype.kind in "fiub":
            yield from find_not_finite(case, argument, array)
            yield from _fractions_as_ids(argument, array)
            yield from _cut_to_integers(case, argument, array)
    for finding in case.given.findings:
        if finding.code in _LEVELS:
            yield from_finding(finding, _LEVELS[finding.code])
    yield from _unscaled(case)


def find_not_finite(
    case: Case, argument: ArrayArgument, array: Array
) -> Iterator[Problem]:
    """Yield the problem of NaN and infinity in an array."""
    if array.dtype.kind != "f" or not array.size:
        return
    bad = ~np.isfinite(array)
    if not bad.any():
        return
    name = argument.variable
    rows = (
        int(bad.reshape(len(array), -1).any(axis=1).sum()) if array.ndim else 1
    )
    samples = len(array) if array.ndim else 1
    keep = f"keep = np.isfinite({name}).reshape(len({name}), -1).all(axis=1)"
    fix = "\n".join([keep, *keep_lines(case)])
    every = rows == samples
    if every:
        fix = (
            f"print(np.isfinite({name}).all())  # after each line that made it: no sample is "
            "without"
        )
    yield Problem(
        mistake="nan-or-infinity",
        level="wrong",
        title=f"{name} holds NaN or infinity",
        expected="finite numbers",
        came=f"{int(bad.sum())} of {array.size} values, in {rows} of {samples} samples",
        why=(
            "One NaN makes the loss NaN, and after one step of training every weight. A mask does "
            "not protect from it."
        ),
        fix=fix,
        fix_is_example=every,
    )


def _fractions_as_ids(
    argument: ArrayArgument, array: Array
) -> Iterator[Problem]:
    """Yield where an Embedding behind a float input gets fractions."""
    count, spec, name = argument.ids, argument.spec, argument.variable
    if count is None or spec is None or spec.dtype.startswith(("int", "uint")):
        return
    finite = array[np.isfinite(array)]
    if array.dtype.kind != "f" or np.all(finite == np.round(finite)):
        return
    yield Problem(
        mistake="ids-with-fractions",
        level="wrong",
        title="Ids have fractions",
        expected=f"ids from 0 to {count - 1} (an Embedding of {count})",
        came=f"dtype {array.dtype}, with fractions",
        why="Keras cuts the fraction off: 0.9 becomes the id 0.",
        fix=(
            f"{name} = np.digitize({name}, np.linspace({name}.min(), {name}.max(), {count})[1:-1])"
            "  # or give numbers to the recurrent layer without an Embedding"
        ),
        fix_is_example=True,
    )


def _cut_to_integers(
    case: Case, argument: ArrayArgument, array: Array
) -> Iterator[Problem]:
    """Yield a doubt where a padded float input came as small whole numbers.

    Pad_sequences does that unless told.
    """
    spec, name = argument.spec, argument.variable
    masks = any(type(layer).__name__ == "Masking" for layer in case.layers)
    if spec is None or not masks or argument.ids or array.dtype != np.int32:
        return
    if not spec.dtype.startswith("float"):
        return
    yield Problem(
        mistake="pad-sequences-cut-to-integers",
        level="doubt",
        title=f"{name} holds whole numbers of dtype int32",
        expected=f"{spec.dtype}, as the input of the model",
        came=f"int32, {int(array.min())} to {int(array.max())}",
        why=(
            "keras.utils.pad_sequences makes int32 unless told otherwise, and cuts every fraction "
            "off: 0.7 becomes 0."
        ),
        fix=(
            f'# make it again: {name} = keras.utils.pad_sequences(rows, dtype="float32", '
            'padding="post")'
        ),
        fix_is_example=True,
    )


def _unscaled(case: Case) -> Iterator[Problem]:
    """Yield a doubt where a recurrent layer reads values that close or open its gates for good."""
    calls = case.trace.calls if case.trace else ()
    for call in calls:
        largest = _largest(call) if isinstance(call, RecurrentCall) else 0.0
        if largest > _HUGE:
            yield Problem(
                mistake="unscaled-features",
                level="doubt",
                title=f"The layer {call.layer_name} reads values up to {largest:.3g}",
                expected="features of about -3 to 3",
                came=f"values up to {largest:.3g}",
                why=(
                    "The gates end in a sigmoid: at such values they are 0 or 1 whatever the "
                    "weights, and learn slowly."
                ),
                fix=(
                    "scale = keras.layers.Normalization(axis=-1); scale.adapt(x)  # put it in front"
                ),
                fix_is_example=True,
            )
            return


def _largest(call: RecurrentCall) -> float:
    """Return the largest value that a recurrent layer reads, without its sign."""
    if not call.inputs or call.x.dtype.kind != "f" or not call.x.size:
        return 0.0
    finite = np.abs(call.x[np.isfinite(call.x)])
    return float(finite.max()) if finite.size else 0.0
