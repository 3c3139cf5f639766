"""What is found in the values of y.

Ids without a class, labels that the output cannot reach, constants, NaN.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unrolled.checks.cases import Case
from unrolled.checks.outputs import Output
from unrolled.checks.reports import Problem
from unrolled.checks.rules.x_values import find_not_finite
from unrolled.keras_bridge.models import compiled_metrics
from unrolled.model_io.arrays import ArrayArgument
from unrolled.model_io.losses import LossSpec
from unrolled.traces.cells import Array

_FEW = 10  # samples: fewer may be alike by chance
_FAR = 1000.0  # a label; an optimizer that moves weights by 0.001 a step is long on its way
_DISTANCES = ("mean_squared_error", "mean_absolute_error", "huber", "log_cosh")


def find(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with the values of y."""
    for labels in case.labels:
        if labels.array is not None:
            yield from find_not_finite(case, labels, labels.array)
    for output in case.outputs:
        array = finite_labels(output)
        if (
            array is None
            or output.loss is None
            or output.labels is None
            or output.loss.aligns
        ):
            continue
        if output.loss.takes_ids:
            yield from _class_ids(output, output.loss, output.labels, array)
        yield from _accuracy(case, output.loss, output.labels, array)
        yield from _constant(output.labels)
        yield from _unscaled(output, output.loss, output.labels, array)


def finite_labels(output: Output) -> Array | None:
    """Return the labels of an output that are finite numbers, flat where some are not.

    None where there are none.
    """
    if output.labels is None or output.labels.array is None or not output.shape:
        return None
    array = output.labels.array
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        array = array[np.isfinite(array)]
    return array if array.size and array.ndim else None


def _class_ids(
    output: Output, loss: LossSpec, labels: ArrayArgument, array: Array
) -> Iterator[Problem]:
    assert output.shape is not None
    if loss.ignored is not None:
        array = array[array != loss.ignored]
    classes = output.shape[-1]
    if not array.size or _is_one_hot(labels, output.shape):
        return
    expected = f"ids from 0 to {classes - 1}, one for each value of the output's last axis"
    low, high = float(array.min()), float(array.max())
    if low < 0 or high >= classes:
        yield _unknown_class(labels.variable, classes, expected, low, high)
    if array.dtype.kind == "f" and np.any(array != np.round(array)):
        yield _fractions(expected)


def _is_one_hot(labels: ArrayArgument, shape: tuple[int, ...]) -> bool:
    """Tell whether labels have a value for each class, which is said as a shape."""
    return (
        labels.array is not None
        and labels.array.shape[1:] == shape[1:]
        and shape[-1] > 1
    )


def _fractions(expected: str) -> Problem:
    return Problem(
        mistake="class-ids-with-fractions",
        level="wrong",
        title="Class ids have fractions",
        expected=expected,
        came="fractions",
        why="Keras cuts the fraction off: 0.9 is the class 0.",
        fix="keras.layers.Dense(1)  # as the last layer, with loss='mse', where y is a quantity",
        fix_is_example=True,
    )


def _unknown_class(
    name: str, classes: int, expected: str, low: float, high: float
) -> Problem:
    fix = f"keras.layers.Dense({int(high) + 1}, activation='softmax')  # the largest id + 1"
    moved = 0
    if low < 0:
        moved = int(low)
    elif low >= 1 and high == classes:
        moved = 1
    if moved:
        fix = (
            f"{name} = {name} - {moved}  # ids begin at 0"
            if moved > 0
            else f"{name} = {name} + {-moved}"
        )
    return Problem(
        mistake="label-value-outside-the-valid-range",
        level="raises",
        title="A class id has no output",
        expected=expected,
        came=f"{low:g} to {high:g}",
        why="On a CPU TensorFlow stops; on a GPU the loss of such a sample is NaN.",
        fix=fix,
        fix_is_example=not moved or high - moved >= classes,
    )


def _accuracy(
    case: Case, loss: LossSpec, labels: ArrayArgument, array: Array
) -> Iterator[Problem]:
    """Yield a doubt where accuracy is asked for quantities.

    It counts outputs that equal their label exactly.
    """
    fractions = array.dtype.kind == "f" and bool(
        np.any(array != np.round(array))
    )
    if loss.takes_probabilities or not fractions:
        return
    asked = [
        metric
        for metric in compiled_metrics(case.model)
        if isinstance(metric, str)
    ]
    if not {"acc", "accuracy"} & set(asked):
        return
    yield Problem(
        mistake="accuracy-of-a-quantity",
        level="doubt",
        title="Accuracy is asked for labels that are quantities",
        expected="a metric of distance: mae, or keras.metrics.RootMeanSquaredError()",
        came=(
            f"metrics=['accuracy'], and {labels.variable} with fractions, {array.min():g} to "
            f"{array.max():g}"
        ),
        why=(
            "Accuracy counts the outputs that equal their label to the last digit. It stays near "
            "0 however good they "
            "are."
        ),
        fix="model.compile(model.optimizer, loss=model.loss, metrics=['mae'])",
    )


def _constant(labels: ArrayArgument) -> Iterator[Problem]:
    array = labels.array
    if (
        array is None
        or len(array) < _FEW
        or not (array == array.reshape(-1)[0]).all()
    ):
        return
    value = array.reshape(-1)[0]
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
        fix=f"print(np.unique({labels.variable}))  # after each line that made it",
        fix_is_example=True,
    )


def _unscaled(
    output: Output, loss: LossSpec, labels: ArrayArgument, array: Array
) -> Iterator[Problem]:
    """Yield a doubt where labels are far from all that the output gives so far."""
    if (
        output.values is None
        or not output.values.size
        or output.activation not in ("linear", "")
    ):
        return
    most, reached = (
        float(np.abs(array).max()),
        float(np.abs(output.values).max()),
    )
    if most < _FAR or 100 * reached > most or loss.name not in _DISTANCES:
        return
    name = labels.variable
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
