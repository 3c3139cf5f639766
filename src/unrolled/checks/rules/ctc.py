"""What the loss CTC lets pass.

An output that is a softmax, ids that are not a class, labels that need more steps.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unrolled.checks.cases import Case
from unrolled.checks.fixes import Fix, change_end, end_in
from unrolled.checks.outputs import JudgedOutput
from unrolled.checks.reports import Problem
from unrolled.traces.cells import Array


def find(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with labels and an output for Keras's CTC.

    The labels are (batch, length), the output is (batch, timesteps, classes).

    Source: ``ctc`` in ``keras/src/losses/losses.py``: 0 is the blank and the padding, the output
    holds logits.
    """
    for judged in case.judged:
        ranks = (judged.labels.ndim, len(judged.shape))
        # others are refused by Keras
        if judged.loss.is_ctc and ranks == (2, 3):
            yield from _in_one(case, judged)


def _in_one(case: Case, judged: JudgedOutput) -> Iterator[Problem]:
    """Yield what is wrong with labels and an output that Keras takes."""
    _, steps, classes = judged.shape
    if judged.activation in ("softmax", "sigmoid"):
        yield _softmax(case, judged)
    array = judged.labels
    if array.dtype.kind == "f":
        # rows with NaN and infinity are found as such
        array = array[np.isfinite(array).all(axis=1)]
    if array.size == 0:
        return
    if array.min() < 0 or array.max() >= classes:
        yield _ids(case, judged, array)
        return
    needed = int(steps_needed(array).max())
    if needed > steps:
        yield _steps(case, judged, needed)


def steps_needed(labels: Array) -> Array:
    """Return how many timesteps each row of labels takes at least.

    One for each label, and a blank between two alike.

    >>> import numpy as np
    >>> steps_needed(np.array([[1, 2, 0], [1, 1, 1]]))
    array([2, 5])
    """
    alike = (labels[:, 1:] == labels[:, :-1]) & (labels[:, 1:] != 0)
    needed: Array = (labels != 0).sum(axis=1) + alike.sum(axis=1)
    return needed


def _softmax(case: Case, judged: JudgedOutput) -> Problem:
    """Return the problem of an output that is made probabilities twice."""
    fix = end_in(case, judged.output, judged.shape[-1], None)
    return Problem(
        mistake="a-softmax-in-front-of-ctc",
        level="wrong",
        title=f"The output is a {judged.activation}, the loss CTC expects logits",
        expected="logits: an output without an activation",
        came=f"a {judged.activation}",
        why=(
            "CTC applies a softmax itself, which makes nearly the same probability of all values "
            "in 0..1: the loss "
            "stays high, also where the output is right."
        ),
        fix=f"{fix.code}\n# a softmax only to read predictions",
        fix_is_example=fix.is_example,
    )


def _ids(case: Case, judged: JudgedOutput, array: Array) -> Problem:
    """Return the problem of numbers that are no class of the output."""
    name = judged.variable
    classes = judged.shape[-1]
    low = int(array.min())
    high = int(array.max())
    code = f"{name} = np.where({name} < 0, 0, {name})  # where {low} is padding"
    is_example = False
    if low >= 0:
        # the largest id + 1
        code, is_example = end_in(case, judged.output, high + 1, None)
    return Problem(
        mistake="labels-that-ctc-does-not-know",
        level="wrong",
        title="Labels for CTC are not classes of the output",
        expected=f"ids from 1 to {classes - 1}, and 0 for padding",
        came=f"{low} to {high}",
        why=(
            "0 is the blank and the padding. Any other number counts as a label, also where the "
            "output has no such "
            "class."
        ),
        fix=code,
        fix_is_example=is_example,
    )


def _steps(case: Case, judged: JudgedOutput, needed: int) -> Problem:
    """Return the problem of labels that no path through the output can spell."""
    name = judged.variable
    steps = judged.shape[1]
    fix = _longer(case, judged, -(-needed // steps))
    return Problem(
        mistake="labels-longer-than-the-output-of-ctc",
        level="wrong",
        title=f"{name} has labels that need {needed} timesteps, the output has {steps}",
        expected=f"labels that fit in {steps} timesteps: one each, and a blank between two alike",
        came=f"labels that need {needed}",
        why=(
            "No path through the output spells such a row: its loss is huge, and drowns that of "
            "the others."
        ),
        fix=fix.code,
        fix_is_example=fix.is_example,
    )


def _longer(case: Case, judged: JudgedOutput, times: int) -> Fix:
    """Return the fix that repeats each timestep in front of the last layer."""
    more_steps = f"keras.layers.UpSampling1D({times})"
    line = f"{more_steps} before the last layer, or pool less"
    call = judged.output.call
    if call is None or call.inputs[0].shape[1:2] != judged.shape[1:2]:
        return Fix(f"# {line}", is_example=True)
    last = f"model.get_layer({call.layer_name!r})"
    return change_end(case, line, f"{last}({more_steps}({last}.input))")
