"""What is found between an output's activation, its loss and its labels.

What can never be reached or never change.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unrolled.checks.cases import Case
from unrolled.checks.outputs import Output
from unrolled.checks.reports import Problem
from unrolled.checks.rules.y_values import finite_labels
from unrolled.keras_bridge.models import backend_name, compiled_metrics
from unrolled.model_io.arrays import ArrayArgument
from unrolled.model_io.loss_shapes import pair_by_value
from unrolled.model_io.losses import SPARSE, LossSpec
from unrolled.traces.cells import Array

#: what an activation returns at least and at most
RANGES = {
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
_ANY = (-np.inf, np.inf)
_NEAR = 1e-6  # float32 of a label that was computed


def find(case: Case) -> Iterator[Problem]:
    """Yield what an activation, a loss and labels make of each other."""
    for output in case.outputs:
        yield from _always_one(output)
        array = finite_labels(output)
        loss, labels = output.loss, output.labels
        if array is None or loss is None or labels is None or loss.aligns:
            continue
        if not loss.takes_ids:
            yield from _out_of_reach(case, output, loss, labels, array)
        yield from _rows(output, loss, labels)
        yield from _logits(case, output, loss)


def fix_of_loss(case: Case, name: str) -> str:
    """Return the line that sets another loss.

    In ``compile``, where the model was compiled and its metrics are known.
    """
    metrics = compiled_metrics(case.model)
    compiled = getattr(case.model, "compiled", False) and case.loss is getattr(
        case.model, "loss", None
    )
    if not compiled or not all(isinstance(metric, str) for metric in metrics):
        return f"loss = {name!r}"
    more = f", metrics={metrics!r}" if metrics else ""
    return f"model.compile(model.optimizer, loss={name!r}{more})"


def _out_of_reach(
    case: Case,
    output: Output,
    loss: LossSpec,
    labels: ArrayArgument,
    array: Array,
) -> Iterator[Problem]:
    """Yield labels outside what the activation or the loss can meet."""
    if not _compares_values(output, loss, labels):
        return
    low, high = RANGES.get(output.activation, _ANY)
    what = f"the activation {output.activation}"
    if loss.takes_probabilities:
        low, high, what = 0.0, 1.0, f"the loss {loss.name}"
    least, most = float(array.min()), float(array.max())
    if least >= low - _NEAR and most <= high + _NEAR:
        return
    fix, is_example = _reachable(
        case, output, loss, labels.variable, array, (low, high)
    )
    yield Problem(
        mistake="labels-out-of-reach",
        level="wrong" if loss.is_keras and not loss.guessed else "doubt",
        title=f"Labels lie outside what {what} can give",
        expected=f"{low:g} to {high:g}",
        came=f"{least:g} to {most:g}",
        why=(
            "The loss can never be 0: the output sticks to its border, where its gradient vanishes."
        ),
        fix=fix,
        fix_is_example=is_example,
    )


def _compares_values(
    output: Output, loss: LossSpec, labels: ArrayArgument
) -> bool:
    """Tell whether a loss compares each label with a value of the output, as far as known."""
    assert output.shape is not None
    assert labels.array is not None
    if loss.takes_signs:
        return False  # hinges read 0 as -1
    rest = labels.array.shape[1:]
    if loss.takes_classes:
        return (
            rest == output.shape[1:]
        )  # class ids for a one-hot loss are said as a shape
    return loss.is_keras or pair_by_value(rest, output.shape[1:])


def _reachable(
    case: Case,
    output: Output,
    loss: LossSpec,
    name: str,
    array: Array,
    limits: tuple[float, float],
) -> tuple[str, bool]:
    """Return what brings labels and output together, and whether it is an example alone."""
    units = 1 if output.shape is None else output.shape[-1]
    if limits[0] < 0 or limits[1] > 1:
        return (
            f"keras.layers.Dense({units})  # as the last layer, without an activation",
            True,
        )
    least = array.min()
    if loss.is_binary and array.dtype.kind in "iu" and array.max() - least == 1:
        sign = "-" if least > 0 else "+"
        return (
            f"{name} = {name} {sign} {abs(int(least))}  # two classes are 0 and 1",
            False,
        )
    if loss.takes_classes and least >= 0:
        return f"{fix_of_loss(case, SPARSE)}  # where y holds class ids", True
    scaled = f"{name} = ({name} - {name}.min()) / ({name}.max() - {name}.min())"
    return f"{scaled}  # or an output without an activation", False


def _rows(
    output: Output, loss: LossSpec, labels: ArrayArgument
) -> Iterator[Problem]:
    """Yield a doubt where the rows of one-hot labels do not sum to 1."""
    array = labels.array
    assert array is not None
    assert output.shape is not None
    if (
        not loss.takes_classes
        or loss.guessed
        or array.shape[1:] != output.shape[1:]
    ):
        return
    if array.shape[-1] < 2:
        return
    sums = array.sum(axis=-1)
    off = int((np.abs(sums - 1) > 1e-3).sum())
    if not off:
        return
    yield Problem(
        mistake="one-hot-rows-that-do-not-sum-to-1",
        level="doubt",
        title="Rows of one-hot labels do not sum to 1",
        expected="a 1 in each row, or probabilities that sum to 1",
        came=f"{off} of {sums.size} rows, sums {sums.min():g} to {sums.max():g}",
        why=(
            "A softmax gives probabilities that sum to 1. Several classes at once take a sigmoid "
            "each."
        ),
        fix=_sigmoid(array.shape[-1]),
        fix_is_example=True,
    )


def _sigmoid(units: int) -> str:
    return (
        f"keras.layers.Dense({units}, activation='sigmoid')  # as the last layer, with "
        "loss='binary_crossentropy'"
    )


def _logits(case: Case, output: Output, loss: LossSpec) -> Iterator[Problem]:
    """Yield where the loss was told another thing about logits than the output is."""
    if not loss.takes_probabilities or loss.guessed:
        return
    gives = output.activation in ("softmax", "sigmoid", "hard_sigmoid")
    if loss.from_logits and gives:
        yield _probabilities(case, output, loss)
    elif not loss.from_logits and (
        output.activation == "linear" or _is_unbounded(output)
    ):
        yield _unbounded(output, loss)


def _is_unbounded(output: Output) -> bool:
    """Tell whether an output of an unknown activation was seen outside 0 to 1."""
    if output.activation or output.values is None:
        return False
    return bool(np.any((output.values < 0) | (output.values > 1)))


def _probabilities(case: Case, output: Output, loss: LossSpec) -> Problem:
    return Problem(
        mistake="probabilities-taken-for-logits",
        level="doubt" if backend_name() == "tensorflow" else "wrong",
        title=f"The output is a {output.activation}, the loss expects logits",
        expected="logits: an output without an activation",
        came=f"a {output.activation}, and {loss.name} with from_logits=True",
        why=(
            "TensorFlow sees the activation and takes it off, with a warning; elsewhere it is "
            "applied twice."
        ),
        fix=fix_of_loss(case, loss.name),
    )


def _unbounded(output: Output, loss: LossSpec) -> Problem:
    last = "sigmoid" if loss.is_binary else "softmax"
    return Problem(
        mistake="logits-taken-for-probabilities",
        level="wrong",
        title="The output has no activation, the loss expects probabilities",
        expected=f"probabilities: an output that ends in {last}",
        came=f"an output without an activation, and {loss.name} with from_logits=False",
        why=(
            "Keras clips the values into 0..1 and takes their logarithm: gradients vanish, it is "
            "not a likelihood."
        ),
        fix=(
            f"keras.layers.Dense({(output.shape or (1,))[-1]}, activation={last!r})  # as the "
            "last layer"
        ),
        fix_is_example=True,
    )


def _always_one(output: Output) -> Iterator[Problem]:
    """Yield where one value is made to sum to 1 with itself: by the activation, or by the loss."""
    loss, softmax = output.loss, output.activation == "softmax"
    by_loss = (
        loss is not None and loss.takes_classes and loss.takes_probabilities
    )
    if not output.shape or output.shape[-1] != 1 or not (softmax or by_loss):
        return
    title, cause = "A softmax over one value is always 1", "a softmax"
    if not softmax and loss is not None:
        title, cause = (
            "A categorical loss over one value is always 0",
            f"the loss {loss.name}",
        )
    yield Problem(
        mistake="softmax-over-one-value",
        level="wrong",
        title=title,
        expected="two values or more, or a sigmoid",
        came=f"an output of 1 value and {cause}",
        why=(
            "Probabilities of all classes sum to 1, and there is one class only: nothing is left "
            "to learn."
        ),
        fix=_sigmoid(1),
        fix_is_example=True,
    )
