"""What is found in the values of x.

NaN, ids that no Embedding has, whole numbers, values far from 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from unrolled.checks.cases import Case
from unrolled.checks.fixes import Fix, change_layer
from unrolled.checks.reports import Problem, from_finding
from unrolled.checks.rules.masks import keep_lines, read_argument
from unrolled.keras_bridge.models import embedding_names
from unrolled.model_io.arrays import ArrayArgument
from unrolled.model_io.findings import Finding
from unrolled.traces.cells import Array
from unrolled.traces.recurrent_calls import RecurrentCall

_HUGE = 1e3  # a gate is closed or open for good long before
_LEVELS = {
    "indices-is-not-in": "raises",
    "negative-id": "wrong",
    "ids-with-fractions": "wrong",
}


def find(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with the values of x."""
    for argument in case.inputs:
        # what is no array of numbers is said of the shapes, text is left to the layers that read it
        array = np.asarray(argument.array)
        if array.size > 0 and array.dtype.kind in "fiub":
            yield from find_not_finite(case, argument)
            yield from _fractions_as_ids(argument, array)
            yield from _cut_to_integers(case, argument, array)
    for finding in case.given.findings:
        if finding.code in _LEVELS:
            yield _id_problem(case, finding)
    yield from _unscaled(case)


def find_not_finite(case: Case, argument: ArrayArgument) -> Iterator[Problem]:
    """Yield the problem of NaN and infinity in an array."""
    array = np.asarray(argument.array)
    # whole numbers, and what is no array of numbers
    if array.dtype.kind != "f":
        return
    if np.isfinite(array).all():
        return
    name = argument.variable
    is_bad = ~np.isfinite(np.atleast_1d(array))
    rows = is_bad.reshape(len(is_bad), -1).any(axis=1)
    keep = f"keep = np.isfinite({name}).reshape(len({name}), -1).all(axis=1)"
    fix = Fix("\n".join([keep, *keep_lines(case)]))
    # no row would be left
    if rows.all():
        fix = _without_features(name, is_bad)
    yield Problem(
        mistake="nan-or-infinity",
        level="wrong",
        title=f"{name} holds NaN or infinity",
        expected="finite numbers",
        came=f"{is_bad.sum()} of {array.size} values, in {rows.sum()} of {len(rows)} samples",
        why=(
            "One NaN makes the loss NaN, and after one step of training every weight. A mask does "
            "not protect from it."
        ),
        fix=fix.code,
        fix_is_example=fix.is_example,
    )


def _without_features(name: str, is_bad: Array) -> Fix:
    """Return the fix where each sample has NaN: of features that are nothing else, or none."""
    # where they come from lies in front of x
    print_it = (
        f"print(np.isfinite({name}).all())  # after each line that made it: no sample is "
        "without"
    )
    if is_bad.ndim != 3:
        return Fix(print_it, is_example=True)
    is_whole = is_bad.all(axis=(0, 1))
    # nothing would be left, or NaN would be left in other features
    if is_whole.all() or is_bad[..., ~is_whole].any():
        return Fix(print_it, is_example=True)
    features = np.flatnonzero(is_whole).tolist()
    return Fix(
        f"{name}[:, :, {features}] = 0  # a feature that is NaN throughout says nothing"
    )


def _fractions_as_ids(
    argument: ArrayArgument, array: Array
) -> Iterator[Problem]:
    """Yield where an Embedding behind a float input gets fractions."""
    count = argument.ids
    spec = argument.spec
    if count is None or spec is None:
        return
    # an input of whole numbers is said where x is read
    if spec.dtype.startswith(("int", "uint")):
        return
    finite = array[np.isfinite(array)]
    if np.all(finite == np.round(finite)):
        return
    yield Problem(
        mistake="ids-with-fractions",
        level="wrong",
        title="Ids have fractions",
        expected=f"ids from 0 to {count - 1} (an Embedding of {count})",
        came=f"dtype {array.dtype}, with fractions",
        why="Keras cuts the fraction off: 0.9 becomes the id 0.",
        fix=_whole_ids(argument.variable, finite, count),
    )


def _whole_ids(name: str, finite: Array, count: int) -> str:
    """Return the line that makes ids of numbers: of scaled ones what they were, of others bins."""
    # ids that were divided by the largest one end at 1
    if finite.max() == 1:
        for most in range(2, count):
            ids = finite * most
            if np.allclose(ids, np.round(ids), atol=1e-4):
                return (
                    f"{name} = np.rint({name} * {most})  # ids are not scaled"
                )
    bins = f"np.linspace({name}.min(), {name}.max(), {count})[1:-1]"
    return (
        f"{name} = np.digitize({name}, {bins})  # or give numbers to the recurrent layer without "
        "an Embedding"
    )


def _cut_to_integers(
    case: Case, argument: ArrayArgument, array: Array
) -> Iterator[Problem]:
    """Yield a doubt where a padded float input came as small whole numbers.

    Pad_sequences does that unless told.
    """
    spec = argument.spec
    name = argument.variable
    if spec is None or argument.ids:
        return
    if array.dtype != np.int32 or not spec.dtype.startswith("float"):
        return
    # whole numbers may be meant where nothing says that rows were padded
    kinds = {type(layer).__name__ for layer in case.layers}
    if "Masking" not in kinds:
        return
    yield Problem(
        mistake="pad-sequences-cut-to-integers",
        level="doubt",
        title=f"{name} holds whole numbers of dtype int32",
        expected=f"{spec.dtype}, as the input of the model",
        came=f"int32, {array.min()} to {array.max()}",
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


def _id_problem(case: Case, finding: Finding) -> Problem:
    """Return the problem of ids that an Embedding does not have."""
    problem = from_finding(finding, _LEVELS[finding.code])
    tables = embedding_names(case.model)
    # of several it is not known which one is too small
    if len(case.inputs) != 1 or len(tables) != 1:
        return problem
    if not problem.fix_is_example:
        return problem
    argument = case.inputs[0]
    name = argument.variable
    ids = case.given.arrays[0]
    # negative ids are moved up to 0
    moved = max(0, -int(ids.min()))
    needed = int(ids.max()) + moved + 1
    rows = max(argument.ids or 0, needed)
    line = f"keras.layers.Embedding({rows}, ...)"
    fix = change_layer(case, tables[0], line, input_dim=rows)
    if moved:
        fix = Fix(f"{name} = {name} + {moved}").then(fix)
    return replace(problem, fix=fix.code, fix_is_example=fix.is_example)


def _unscaled(case: Case) -> Iterator[Problem]:
    """Yield a doubt where a recurrent layer reads values that close or open its gates for good."""
    for call in case.calls:
        if not isinstance(call, RecurrentCall) or call.x.dtype.kind != "f":
            continue
        finite = call.x[np.isfinite(call.x)]
        largest = np.abs(finite).max(initial=0.0)
        if largest <= _HUGE:
            continue
        fix = _scaled(case, call)
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
            fix=fix.code,
            fix_is_example=fix.is_example,
        )
        # the layers behind read what the first one made of such values
        return


def _scaled(case: Case, call: RecurrentCall) -> Fix:
    """Return the fix that gives each feature the mean 0 and the standard deviation 1."""
    argument = read_argument(case, call)
    name = "x"
    if argument is not None:
        name = argument.variable
    adapted = (
        f"scale = keras.layers.Normalization(axis=-1)\nscale.adapt({name})"
    )
    new = f"{name} = np.asarray(scale({name}))  # or put scale in front of the model"
    return Fix(f"{adapted}\n{new}", argument is None)
