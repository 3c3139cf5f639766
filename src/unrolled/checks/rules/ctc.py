"""What the loss CTC lets pass.

An output that is a softmax, ids that are not a class, labels that need more steps.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unrolled.checks.cases import Case
from unrolled.checks.outputs import Output
from unrolled.checks.reports import Problem
from unrolled.model_io.loss_shapes import Shape
from unrolled.traces.cells import Array


def find(case: Case) -> Iterator[Problem]:
    """Yield what is wrong with labels and an output for Keras's CTC.

    The labels are (batch, length), the output is (batch, timesteps, classes).

    Source: ``ctc`` in ``keras/src/losses/losses.py``: 0 is the blank and the padding, the output
    holds logits.
    """
    for output in case.outputs:
        shape, labels = output.shape, output.labels
        if (
            output.loss is None
            or not output.loss.is_ctc
            or shape is None
            or labels is None
        ):
            continue
        array = labels.array
        if (
            len(shape) == 3 and array is not None and array.ndim == 2
        ):  # others are refused by Keras
            yield from _in_one(
                output, shape, labels.variable, _finite_rows(array)
            )


def _finite_rows(array: Array) -> Array:
    """Return the rows without NaN and infinity, which are found as such."""
    if array.dtype.kind != "f":
        return array
    return array[np.isfinite(array).all(axis=1)]


def _in_one(
    output: Output, shape: Shape, name: str, array: Array
) -> Iterator[Problem]:
    _, steps, classes = shape
    if output.activation in ("softmax", "sigmoid"):
        yield _softmax(output.activation, classes)
    if not array.size:
        return
    if array.min() < 0 or array.max() >= classes:
        yield _ids(name, array, classes)
        return
    needed = int(steps_needed(array).max())
    if needed > steps:
        yield _steps(name, needed, steps)


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


def _softmax(activation: str, classes: int) -> Problem:
    return Problem(
        mistake="a-softmax-in-front-of-ctc",
        level="wrong",
        title=f"The output is a {activation}, the loss CTC expects logits",
        expected="logits: an output without an activation",
        came=f"a {activation}",
        why=(
            "CTC applies a softmax itself, which makes nearly the same probability of all values "
            "in 0..1: the loss "
            "stays high, also where the output is right."
        ),
        fix=(
            f"keras.layers.Dense({classes})  # as the last layer; a softmax only to read "
            "predictions"
        ),
        fix_is_example=True,
    )


def _ids(name: str, array: Array, classes: int) -> Problem:
    low, high = int(array.min()), int(array.max())
    fix = f"keras.layers.Dense({high + 1})  # as the last layer: the largest id + 1"
    if low < 0:
        fix = f"{name} = np.where({name} < 0, 0, {name})  # where {low} is padding"
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
        fix=fix,
        fix_is_example=low >= 0,
    )


def _steps(name: str, needed: int, steps: int) -> Problem:
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
        fix=(
            f"keras.layers.UpSampling1D({-(-needed // steps)})  # before the last layer; or pool "
            "less"
        ),
        fix_is_example=True,
    )
