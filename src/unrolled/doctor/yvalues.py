"""What is found in the values of y: labels that the output cannot reach, ids without a class, constants, NaN."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unrolled.doctor.reports import Problem
from unrolled.doctor.subjects import Given, Output, Subject, backend
from unrolled.doctor.xvalues import not_finite
from unrolled.tracing.cells import Array

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


def find_in_y_values(subject: Subject) -> Iterator[Problem]:
    """Yield what is wrong with the values of y."""
    for output in subject.outputs:
        given, judge = output.labels, output.judge
        if given is None or given.array is None or not given.array.size:
            continue
        yield from not_finite(given)
        if judge is None or output.shape is None or not output.shape:
            continue
        array = given.array[np.isfinite(given.array)] if given.array.dtype.kind == "f" else given.array
        if not array.size:
            continue
        yield from _class_ids(output, given, array) if judge.takes_ids else _reach(output, given, array)
        yield from _rows(output, given)
        yield from _logits(output)
        yield from _constant(given)


def _class_ids(output: Output, given: Given, array: Array) -> Iterator[Problem]:
    assert output.shape is not None
    classes, low, high, name = output.shape[-1], float(array.min()), float(array.max()), given.variable
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
        yield Problem("class-id-out-of-range", "raises", "A class id has no output", expected, came, why, fix)
    if array.dtype.kind == "f" and np.any(array != np.round(array)):
        why = "Keras cuts the fraction off: 0.9 is the class 0."
        fix = "loss='mse' and keras.layers.Dense(1)  # where y is a quantity"
        yield Problem("class-ids-with-fractions", "wrong", "Class ids have fractions", expected, "fractions", why, fix)


def _reach(output: Output, given: Given, array: Array) -> Iterator[Problem]:
    """Yield labels outside what the activation or the loss can meet."""
    judge = output.judge
    assert judge is not None
    low, high, what = *REACH.get(output.activation, (-np.inf, np.inf)), f"the activation {output.activation}"
    if judge.takes_signs:
        return
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
    elif judge.takes_probabilities and output.shape is not None and output.shape[-1] > 1 and least >= 0:
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
    if not judge.takes_classes or judge.guessed or array.shape[1:] != output.shape[1:] or array.shape[-1] < 2:
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
    out_of_range = output.values is not None and bool(np.any((output.values < 0) | (output.values > 1)))
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
    elif not judge.from_logits and (output.activation == "linear" or (out_of_range and not output.activation)):
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
