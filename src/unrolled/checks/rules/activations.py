"""What is found between an output's activation, its loss and its labels.

What can never be reached or never change.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unrolled.checks.cases import Case
from unrolled.checks.fixes import Fix, end_in, set_loss
from unrolled.checks.outputs import JudgedOutput, Output
from unrolled.checks.reports import Problem
from unrolled.keras_bridge.models import backend_name
from unrolled.model_io.loss_shapes import pair_by_value
from unrolled.model_io.losses import SPARSE

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
_PROBABILITIES = (0.0, 1.0)
_NEAR = 1e-6  # float32 of a label that was computed


def find(case: Case) -> Iterator[Problem]:
    """Yield what an activation, a loss and labels make of each other."""
    for output in case.outputs:
        yield from _always_one(case, output)
    for judged in case.judged:
        # of a loss that pairs labels in a way of its own nothing is known
        if judged.loss.aligns or judged.finite.size == 0:
            continue
        yield from _out_of_reach(case, judged)
        yield from _rows(case, judged)
        yield from _logits(case, judged)


def _out_of_reach(case: Case, judged: JudgedOutput) -> Iterator[Problem]:
    """Yield labels outside what the activation or the loss can meet."""
    if not _compares_values(judged):
        return
    loss = judged.loss
    limits = RANGES.get(judged.activation, _ANY)
    what = f"the activation {judged.activation}"
    # such a loss reads labels as probabilities, whatever the activation
    if loss.takes_probabilities:
        limits = _PROBABILITIES
        what = f"the loss {loss.name}"
    low, high = limits
    least = float(judged.finite.min())
    most = float(judged.finite.max())
    if least >= low - _NEAR and most <= high + _NEAR:
        return
    level = "doubt"
    if loss.is_keras and not loss.guessed:
        level = "wrong"
    fix = _reachable(case, judged, limits)
    yield Problem(
        mistake="labels-out-of-reach",
        level=level,
        title=f"Labels lie outside what {what} can give",
        expected=f"{low:g} to {high:g}",
        came=f"{least:g} to {most:g}",
        why=(
            "The loss can never be 0: the output sticks to its border, where its gradient vanishes."
        ),
        fix=fix.code,
        fix_is_example=fix.is_example,
    )


def _compares_values(judged: JudgedOutput) -> bool:
    """Tell whether a loss compares each label with a value of the output, as far as known."""
    loss = judged.loss
    # class ids are said of the values of y; hinges read 0 as -1
    if loss.takes_ids or loss.takes_signs:
        return False
    labels = judged.labels.shape[1:]
    output = judged.shape[1:]
    # class ids for a one-hot loss are said of the shapes of y
    if loss.takes_classes:
        return labels == output
    return loss.is_keras or pair_by_value(labels, output)


def _reachable(
    case: Case, judged: JudgedOutput, limits: tuple[float, float]
) -> Fix:
    """Return what brings labels and output together."""
    # labels in other units would have to be scaled back: the activation goes
    if limits != _PROBABILITIES:
        return end_in(case, judged.output, judged.shape[-1], None)
    name = judged.variable
    array = judged.finite
    least = array.min()
    spread = array.max() - least
    # such as 1 and 2
    is_whole = array.dtype.kind in "iu"
    if judged.loss.is_binary and is_whole and spread == 1:
        return Fix(f"{name} = {name} - {int(least)}  # two classes are 0 and 1")
    if judged.loss.takes_classes and least >= 0:
        code = set_loss(case, SPARSE).code
        return Fix(f"{code}  # where y holds class ids", is_example=True)
    scaled = f"{name} = ({name} - {name}.min()) / ({name}.max() - {name}.min())"
    return Fix(f"{scaled}  # or an output without an activation")


def _rows(case: Case, judged: JudgedOutput) -> Iterator[Problem]:
    """Yield a doubt where the rows of one-hot labels do not sum to 1."""
    loss = judged.loss
    array = judged.labels
    if not loss.takes_classes:
        return
    # another loss may be meant
    if loss.guessed:
        return
    # one class alone is said of the output; other shapes are said of the shapes
    if array.shape[1:] != judged.shape[1:] or array.shape[-1] < 2:
        return
    sums = array.sum(axis=-1)
    is_off = np.abs(sums - 1) > 1e-3
    off = np.count_nonzero(is_off)
    if off == 0:
        return
    # each class becomes a question of its own
    fix = end_in(case, judged.output, array.shape[-1], "sigmoid")
    fix = fix.then(set_loss(case, "binary_crossentropy"))
    # other numbers than 0 and 1 may be anything: the fix is one of several
    are_marks = bool(np.isin(array, (0, 1)).all())
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
        fix=fix.code,
        fix_is_example=fix.is_example or not are_marks,
    )


def _logits(case: Case, judged: JudgedOutput) -> Iterator[Problem]:
    """Yield where the loss was told another thing about logits than the output is."""
    loss = judged.loss
    activation = judged.activation
    # a loss that was guessed was told nothing
    if not loss.takes_probabilities or loss.guessed:
        return
    gives_probabilities = activation in ("softmax", "sigmoid", "hard_sigmoid")
    if loss.from_logits:
        if gives_probabilities:
            yield _probabilities(case, judged)
        return
    if gives_probabilities:
        return
    if activation == "linear" or _is_unbounded(judged.output):
        yield _unbounded(case, judged)


def _is_unbounded(output: Output) -> bool:
    """Tell whether an output of an unknown activation was seen outside 0 to 1."""
    values = output.values
    if output.activation or values is None:
        return False
    return bool(np.any((values < 0) | (values > 1)))


def _probabilities(case: Case, judged: JudgedOutput) -> Problem:
    """Return the problem of an output of probabilities in front of a loss that takes logits."""
    name = judged.loss.name
    level = "wrong"
    if backend_name() == "tensorflow":
        # right all the same, as it takes the activation off
        level = "doubt"
    fix = set_loss(case, name)
    return Problem(
        mistake="probabilities-taken-for-logits",
        level=level,
        title=f"The output is a {judged.activation}, the loss expects logits",
        expected="logits: an output without an activation",
        came=f"a {judged.activation}, and {name} with from_logits=True",
        why=(
            "TensorFlow sees the activation and takes it off, with a warning; elsewhere it is "
            "applied twice."
        ),
        fix=fix.code,
        fix_is_example=fix.is_example,
    )


def _unbounded(case: Case, judged: JudgedOutput) -> Problem:
    """Return the problem of an output of logits in front of a loss that takes probabilities."""
    last = "softmax"
    if judged.loss.is_binary:
        last = "sigmoid"
    fix = end_in(case, judged.output, judged.shape[-1], last)
    return Problem(
        mistake="logits-taken-for-probabilities",
        level="wrong",
        title="The output has no activation, the loss expects probabilities",
        expected=f"probabilities: an output that ends in {last}",
        came=f"an output without an activation, and {judged.loss.name} with from_logits=False",
        why=(
            "Keras clips the values into 0..1 and takes their logarithm: gradients vanish, it is "
            "not a likelihood."
        ),
        fix=fix.code,
        fix_is_example=fix.is_example,
    )


def _always_one(case: Case, output: Output) -> Iterator[Problem]:
    """Yield where one value is made to sum to 1 with itself: by the activation, or by the loss."""
    if not output.shape or output.shape[-1] != 1:
        return
    # a loss of classes divides by the sum of the classes
    loss = output.loss
    if output.activation == "softmax":
        title = "A softmax over one value is always 1"
        cause = "a softmax"
    elif loss is not None and loss.takes_classes and loss.takes_probabilities:
        title = "A categorical loss over one value is always 0"
        cause = f"the loss {loss.name}"
    else:
        return
    fix = set_loss(case, "binary_crossentropy")
    if output.activation != "sigmoid":
        fix = end_in(case, output, 1, "sigmoid").then(fix)
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
        fix=fix.code,
        fix_is_example=fix.is_example,
    )
