"""What is found in the values of y: labels that the output cannot reach, ids without a class, constants, NaN."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from keras.src import tree

from unrolled.checks.arrays import Given
from unrolled.checks.cases import Subject, backend
from unrolled.checks.losses import Judge
from unrolled.checks.outputs import Output
from unrolled.checks.reports import Problem
from unrolled.checks.rules.ctc import find_in_ctc
from unrolled.checks.rules.x_values import not_finite
from unrolled.traces.cells import Array

#: what an activation returns at least and at most
REACH = {
    "tanh": (-1.0, 1.0),
    "softsign": (-1.0, 1.0),
    "sigmoid": (0.0, 1.0),
    "hard_sigmoid": (0.0, 1.0),
    "softmax": (0.0, 1.0),
    "relu": (0.0, np.inf),
    "relu6": (0.0, 6.0),
    "softplus": (0.0, np.inf),
    "exponential": (0.0, np.inf),
    "elu": (-1.0, np.inf),
}
_FEW = 10  # samples: fewer may be alike by chance
_FAR = 1000.0  # a label; an optimizer that moves weights by 0.001 a step is long on its way
_DISTANCES = ("mean_squared_error", "mean_absolute_error", "huber", "log_cosh")


def find_in_y_values(subject: Subject) -> Iterator[Problem]:
    """Yield what is wrong with the values of y."""
    for output in subject.outputs:
        yield from _always_one(output)
        given, judge = output.labels, output.judge
        if given is None or given.array is None or not given.array.size:
            continue
        yield from not_finite(given)
        if judge is None or output.shape is None or not output.shape:
            continue
        array = (
            given.array[np.isfinite(given.array)] if given.array.dtype.kind == "f" else given.array
        )
        if not array.size:
            continue
        if judge.aligns:
            yield from find_in_ctc(output, given, array) if judge.name == "ctc" else ()
            continue
        yield from (
            _class_ids(output, given, array) if judge.takes_ids else _reach(output, given, array)
        )
        yield from _rows(output, given)
        yield from _logits(output)
        yield from _accuracy(subject.model, judge, given, array)
        yield from _constant(given)
        yield from _unscaled(output, given, array)


def _class_ids(output: Output, given: Given, array: Array) -> Iterator[Problem]:
    assert output.shape is not None
    assert output.judge is not None
    array = array[array != output.judge.ignored]
    if not array.size:
        return
    classes, low, high, name = (
        output.shape[-1],
        float(array.min()),
        float(array.max()),
        given.variable,
    )
    if given.array is not None and given.array.shape[1:] == output.shape[1:] and classes > 1:
        return  # one-hot: told as a shape
    expected = f"ids from 0 to {classes - 1}, one for each value of the output's last axis"
    if low < 0 or high >= classes:
        why = "On a CPU TensorFlow stops; on a GPU the loss of such a sample is NaN."
        fix = f"keras.layers.Dense({int(high) + 1}, activation='softmax')  # the largest id + 1"
        if low < 0:
            fix = f"{name} = {name} - {int(low)}  # ids begin at 0"
        elif low >= 1 and high == classes:
            fix = f"{name} = {name} - 1  # ids begin at 0"
        came = f"{low:g} to {high:g}"
        slug, title = "label-value-outside-the-valid-range", "A class id has no output"
        yield Problem(slug, "raises", title, expected, came, why, fix)
    if array.dtype.kind == "f" and np.any(array != np.round(array)):
        why = "Keras cuts the fraction off: 0.9 is the class 0."
        fix = "loss='mse' and keras.layers.Dense(1)  # where y is a quantity"
        yield Problem(
            "class-ids-with-fractions",
            "wrong",
            "Class ids have fractions",
            expected,
            "fractions",
            why,
            fix,
        )


def _reach(output: Output, given: Given, array: Array) -> Iterator[Problem]:
    """Yield labels outside what the activation or the loss can meet."""
    judge = output.judge
    assert judge is not None
    assert given.array is not None
    low, high, what = (
        *REACH.get(output.activation, (-np.inf, np.inf)),
        f"the activation {output.activation}",
    )
    if judge.takes_signs or (
        judge.takes_classes and given.array.shape[1:] != (output.shape or ())[1:]
    ):
        return  # hinges read 0 as -1; class ids for a one-hot loss are told as a shape
    if judge.takes_probabilities:
        low, high, what = 0.0, 1.0, f"the loss {judge.name}"
    least, most = float(array.min()), float(array.max())
    if least >= low - 1e-6 and most <= high + 1e-6:
        return
    name = given.variable
    fix = f"{name} = ({name} - {name}.min()) / ({name}.max() - {name}.min())  # or an output without an activation"
    if low == -1:
        fix = "keras.layers.Dense(..., activation=None)  # as the last layer, or scale y into -1..1"
    elif high == np.inf:
        fix = "keras.layers.Dense(..., activation=None)  # as the last layer"
    elif judge.name.startswith("binary") and array.dtype.kind in "iu" and most - least == 1:
        fix = f"{name} = {name} - {int(least)}  # two classes are 0 and 1"
    elif (
        judge.takes_probabilities
        and output.shape is not None
        and output.shape[-1] > 1
        and least >= 0
    ):
        fix = "loss='sparse_categorical_crossentropy'  # where y holds class ids"
    yield Problem(
        "labels-out-of-reach",
        "wrong" if judge.own and not judge.guessed else "doubt",
        f"Labels lie outside what {what} can give",
        f"{low:g} to {high:g}",
        f"{least:g} to {most:g}",
        "The loss can never be 0: the output sticks to its border, where its gradient vanishes.",
        fix,
    )


def _rows(output: Output, given: Given) -> Iterator[Problem]:
    """Yield a doubt where the rows of one-hot labels do not sum to 1."""
    judge, array = output.judge, given.array
    assert judge is not None
    assert array is not None
    assert output.shape is not None
    if (
        not judge.takes_classes
        or judge.guessed
        or array.shape[1:] != output.shape[1:]
        or array.shape[-1] < 2
    ):
        return
    sums = array.sum(axis=-1)
    off = int((np.abs(sums - 1) > 1e-3).sum())
    if off:
        yield Problem(
            "one-hot-rows-that-do-not-sum-to-1",
            "doubt",
            "Rows of one-hot labels do not sum to 1",
            "a 1 in each row, or probabilities that sum to 1",
            f"{off} of {sums.size} rows, sums {sums.min():g} to {sums.max():g}",
            "A softmax gives probabilities that sum to 1. Several classes at once take a sigmoid each.",
            "keras.layers.Dense(..., activation='sigmoid') and loss='binary_crossentropy'",
        )


def _logits(output: Output) -> Iterator[Problem]:
    """Yield where the loss was told another thing about logits than the output is."""
    judge = output.judge
    assert judge is not None
    if not judge.takes_probabilities or judge.guessed:
        return
    gives = output.activation in ("softmax", "sigmoid", "hard_sigmoid")
    out_of_range = output.values is not None and bool(
        np.any((output.values < 0) | (output.values > 1))
    )
    if judge.from_logits and gives:
        yield Problem(
            "probabilities-taken-for-logits",
            "doubt" if backend() == "tensorflow" else "wrong",
            f"The output is a {output.activation}, the loss expects logits",
            "logits: an output without an activation",
            f"a {output.activation}, and {judge.name} with from_logits=True",
            "TensorFlow sees the activation and takes it off, with a warning; elsewhere it is applied twice.",
            f"loss='{judge.name}'",
        )
    elif not judge.from_logits and (
        output.activation == "linear" or (out_of_range and not output.activation)
    ):
        last = "sigmoid" if judge.name.startswith("binary") else "softmax"
        yield Problem(
            "logits-taken-for-probabilities",
            "wrong",
            "The output has no activation, the loss expects probabilities",
            f"probabilities: an output that ends in {last}",
            f"an output without an activation, and {judge.name} with from_logits=False",
            "Keras clips the values into 0..1 and takes their logarithm: gradients vanish, it is no likelihood.",
            f"keras.layers.Dense({(output.shape or (1,))[-1]}, activation='{last}')",
        )


def _always_one(output: Output) -> Iterator[Problem]:
    """Yield where one value is made to sum to 1 with itself: by the activation, or by the loss."""
    judge = output.judge
    by_loss = judge is not None and judge.takes_classes and judge.takes_probabilities
    if (
        not output.shape
        or output.shape[-1] != 1
        or (output.activation != "softmax" and not by_loss)
    ):
        return
    softmax = output.activation == "softmax"
    yield Problem(
        "softmax-over-one-value",
        "wrong",
        "A softmax over one value is always 1"
        if softmax
        else "A categorical loss over one value is always 0",
        "two values or more, or a sigmoid",
        f"an output of 1 value and {'a softmax' if softmax or judge is None else f'the loss {judge.name}'}",
        "Probabilities of all classes sum to 1, and there is one class only: nothing is left to learn.",
        "keras.layers.Dense(1, activation='sigmoid') and loss='binary_crossentropy'",
    )


def _accuracy(model: Any, judge: Judge, given: Given, array: Array) -> Iterator[Problem]:
    """Yield a doubt where accuracy is asked for quantities: it counts outputs that equal their label exactly."""
    asked = tree.flatten(
        getattr(getattr(model, "_compile_metrics", None), "_user_metrics", None) or []
    )
    fractions = array.dtype.kind == "f" and bool(np.any(array != np.round(array)))
    if (
        judge.takes_probabilities
        or not fractions
        or not {"acc", "accuracy"} & {m for m in asked if isinstance(m, str)}
    ):
        return
    yield Problem(
        "accuracy-of-a-quantity",
        "doubt",
        "Accuracy is asked for labels that are quantities",
        "a metric of distance: mae, or keras.metrics.RootMeanSquaredError()",
        f"metrics=['accuracy'], and {given.variable} with fractions, {array.min():g} to {array.max():g}",
        "Accuracy counts the outputs that equal their label to the last digit. It stays near 0 however good they are.",
        f"model.compile(..., loss={judge.name!r}, metrics=['mae'])",
    )


def _constant(given: Given) -> Iterator[Problem]:
    array = given.array
    assert array is not None
    if len(array) >= _FEW and bool((array == array.reshape(-1)[0]).all()):
        yield Problem(
            "constant-labels",
            "doubt",
            f"All labels are {array.reshape(-1)[0]:g}",
            "labels that differ",
            f"{array.size} times {array.reshape(-1)[0]:g}",
            "The model only learns this number. A column that was mixed up, or a cut to integers, looks like this.",
            f"print(np.unique({given.variable}))  # before each step that made it",
        )


def _unscaled(output: Output, given: Given, array: Array) -> Iterator[Problem]:
    """Yield a doubt where labels are far from all that the output gives so far."""
    assert output.judge is not None
    if output.values is None or not output.values.size:
        return
    most, reached = float(np.abs(array).max()), float(np.abs(output.values).max())
    near = most < _FAR or 100 * reached > most
    if near or output.judge.name not in _DISTANCES or output.activation not in ("linear", ""):
        return
    name = given.variable
    yield Problem(
        "unscaled-labels",
        "doubt",
        f"Labels are up to {most:.3g}, the outputs up to {reached:.3g}",
        "labels of about -3 to 3",
        f"{array.min():g} to {array.max():g}",
        "A step of Adam moves a weight by about 0.001: for thousands of steps all predictions stay near each other, "
        "far below the labels.",
        f"mean, std = {name}.mean(), {name}.std(); {name} = ({name} - mean) / std  # predictions: output * std + mean",
    )
