"""What is found in the values of y.

Ids without a class, labels that the output cannot reach, constants, NaN.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unrolled.checks.cases import Case
from unrolled.checks.fixes import Fix, end_in, set_loss
from unrolled.checks.outputs import JudgedOutput
from unrolled.checks.reports import Problem
from unrolled.checks.rules.x_values import find_not_finite
from unrolled.keras_bridge.models import compiled_metrics
from unrolled.traces.cells import Array

_FEW = 10  # samples: fewer may be alike by chance
_FAR = 1000.0  # a label; an optimizer that moves weights by 0.001 a step is long on its way
_IDS = "ids from 0 to {}, one for each value of the output's last axis"
_DISTANCES = ("mean_squared_error", "mean_absolute_error", "huber", "log_cosh")


def find(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with the values of y."""
    for labels in case.labels:
        yield from find_not_finite(case, labels)
    for judged in case.judged:
        # of a loss that pairs labels in a way of its own nothing is known
        if judged.loss.aligns or judged.finite.size == 0:
            continue
        if judged.loss.takes_ids:
            yield from _class_ids(case, judged)
        yield from _accuracy(case, judged)
        yield from _constant(judged)
        yield from _unscaled(judged)


def _has_fractions(array: Array) -> bool:
    """Tell whether numbers are not whole."""
    if array.dtype.kind != "f":
        return False
    return bool(np.any(array != np.round(array)))


def _class_ids(case: Case, judged: JudgedOutput) -> Iterator[Problem]:
    """Yield ids that are no class of the output."""
    classes = judged.shape[-1]
    # one-hot labels are said of the shapes of y
    if classes > 1 and judged.labels.shape[1:] == judged.shape[1:]:
        return
    array = judged.finite
    if judged.loss.ignored is not None:
        array = array[array != judged.loss.ignored]
    if array.size == 0:
        return
    if array.min() < 0 or array.max() >= classes:
        yield _unknown_class(case, judged, array)
    if _has_fractions(array):
        yield _fractions(case, judged, array)


def _fractions(case: Case, judged: JudgedOutput, array: Array) -> Problem:
    """Return the problem of class ids that are not whole."""
    name = judged.variable
    classes = judged.shape[-1]
    # labels that are no classes are quantities
    fix = end_in(case, judged.output, 1, None).then(set_loss(case, "mse"))
    if len(np.unique(array)) == classes:
        ids = f"np.unique({name}, return_inverse=True)[1].reshape({name}.shape)"
        fix = Fix(f"{name} = {ids}  # as many values as classes")
    return Problem(
        mistake="class-ids-with-fractions",
        level="wrong",
        title="Class ids have fractions",
        expected=_IDS.format(classes - 1),
        came="fractions",
        why="Keras cuts the fraction off: 0.9 is the class 0.",
        fix=fix.code,
        fix_is_example=fix.is_example,
    )


def _unknown_class(case: Case, judged: JudgedOutput, array: Array) -> Problem:
    """Return the problem of ids below 0, or as large as the number of classes."""
    name = judged.variable
    classes = judged.shape[-1]
    low = int(array.min())
    high = int(array.max())
    last: str | None = "softmax"
    if judged.loss.from_logits:
        last = None
    fix = end_in(case, judged.output, high + 1, last)
    if low >= 1 and high == classes:
        fix = Fix(f"{name} = {name} - 1  # ids begin at 0")
    elif low < 0:
        # moved up, the largest id may have no class in turn
        is_example = high - low >= classes
        fix = Fix(f"{name} = {name} + {-low}", is_example)
    return Problem(
        mistake="label-value-outside-the-valid-range",
        level="raises",
        title="A class id has no output",
        expected=_IDS.format(classes - 1),
        came=f"{array.min():g} to {array.max():g}",
        why="On a CPU TensorFlow stops; on a GPU the loss of such a sample is NaN.",
        fix=fix.code,
        fix_is_example=fix.is_example,
    )


def _accuracy(case: Case, judged: JudgedOutput) -> Iterator[Problem]:
    """Yield a doubt where accuracy is asked for quantities.

    It counts outputs that equal their label exactly.
    """
    array = judged.finite
    # beside such a loss Keras counts the nearest class
    if judged.loss.takes_probabilities:
        return
    if not _has_fractions(array):
        return
    # of an object its class is shown, which is no accuracy by that name
    metrics = map(str, compiled_metrics(case.model))
    if {"acc", "accuracy"}.isdisjoint(metrics):
        return
    yield Problem(
        mistake="accuracy-of-a-quantity",
        level="doubt",
        title="Accuracy is asked for labels that are quantities",
        expected="a metric of distance: mae, or keras.metrics.RootMeanSquaredError()",
        came=(
            f"metrics=['accuracy'], and {judged.variable} with fractions, {array.min():g} to "
            f"{array.max():g}"
        ),
        why=(
            "Accuracy counts the outputs that equal their label to the last digit. It stays near "
            "0 however good they "
            "are."
        ),
        fix="model.compile(model.optimizer, loss=model.loss, metrics=['mae'])",
    )


def _constant(judged: JudgedOutput) -> Iterator[Problem]:
    """Yield a doubt where all labels are the same number."""
    array = judged.labels
    value = float(array.flat[0])
    # ignored labels and NaN differ as well
    if len(array) < _FEW or np.any(array != value):
        return
    yield Problem(
        mistake="constant-labels",
        level="doubt",
        title=f"All labels are {value:g}",
        expected="labels that differ",
        came=f"{array.size} times {value:g}",
        why=(
            "The model only learns this number. A column that was mixed up, or a cut to integers, "
            "looks like this."
        ),
        fix=f"print(np.unique({judged.variable}))  # after each line that made it",
        fix_is_example=True,
    )


def _unscaled(judged: JudgedOutput) -> Iterator[Problem]:
    """Yield a doubt where labels are far from all that the output gives so far."""
    values = judged.output.values
    array = judged.finite
    if values is None or values.size == 0:
        return
    # an activation with limits is said of these
    if judged.activation not in ("linear", ""):
        return
    # other losses may have a scale of their own
    if judged.loss.name not in _DISTANCES:
        return
    most = np.abs(array).max()
    reached = np.abs(values).max()
    if most < _FAR or 100 * reached > most:
        return
    name = judged.variable
    yield Problem(
        mistake="unscaled-labels",
        level="doubt",
        title=f"Labels are up to {most:.3g}, the outputs up to {reached:.3g}",
        expected="labels of about -3 to 3",
        came=f"{array.min():g} to {array.max():g}",
        why=(
            "A step of Adam moves a weight by about 0.001: for thousands of steps all predictions "
            "stay near each "
            "other, far below the labels."
        ),
        fix=(
            f"mean, std = {name}.mean(), {name}.std(); {name} = ({name} - mean) / std  # "
            "predictions: output * std + mean"
        ),
    )
