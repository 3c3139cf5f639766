"""What the loss CTC lets pass: an output that is a softmax, ids that are no class, labels that need more steps."""

from __future__ import annotations

from collections.abc import Iterator

from unrolled.checks.arrays import Given
from unrolled.checks.outputs import Output
from unrolled.checks.reports import Problem
from unrolled.traces.cells import Array


def find_in_ctc(output: Output, given: Given, array: Array) -> Iterator[Problem]:
    """Yield what is wrong with labels (batch, length) and an output (batch, timesteps, classes) for CTC.

    Source: ``ctc`` in ``keras/src/losses/losses.py``: 0 is the blank and the padding, the output holds logits.
    """
    if array.ndim != 2 or output.shape is None or len(output.shape) != 3:
        return  # which Keras refuses
    if output.activation in ("softmax", "sigmoid"):
        yield _softmax(output)
    _, steps, classes = output.shape
    if array.min() < 0 or array.max() >= classes:
        yield _ids(given, array, classes)
    elif (needed := int(steps_needed(array).max())) > steps:
        yield _steps(given, needed, steps)


def steps_needed(labels: Array) -> Array:
    """Return how many timesteps each row of labels takes at least: one for each label, and a blank between two alike.

    >>> import numpy as np
    >>> steps_needed(np.array([[1, 2, 0], [1, 1, 1]]))
    array([2, 5])
    """
    alike = (labels[:, 1:] == labels[:, :-1]) & (labels[:, 1:] != 0)
    needed: Array = (labels != 0).sum(axis=1) + alike.sum(axis=1)
    return needed


def _softmax(output: Output) -> Problem:
    return Problem(
        "a-softmax-in-front-of-ctc",
        "wrong",
        f"The output is a {output.activation}, the loss CTC expects logits",
        "logits: an output without an activation",
        f"a {output.activation}",
        "CTC applies a softmax itself, which makes nearly the same probability of all values in 0..1: the loss stays "
        "high, also where the output is right.",
        f"keras.layers.Dense({(output.shape or (1,))[-1]})  # as the last layer; a softmax only to read predictions",
    )


def _ids(given: Given, array: Array, classes: int) -> Problem:
    name, low, high = given.variable, int(array.min()), int(array.max())
    return Problem(
        "labels-that-ctc-does-not-know",
        "wrong",
        "Labels for CTC are no classes of the output",
        f"ids from 1 to {classes - 1}, and 0 for padding",
        f"{low} to {high}",
        "0 is the blank and the padding. Any other number counts as a label, also where the output has no such class.",
        f"{name} = np.where({name} < 0, 0, {name})  # where {low} is padding"
        if low < 0
        else f"keras.layers.Dense({high + 1})  # as the last layer: the largest id + 1",
    )


def _steps(given: Given, needed: int, steps: int) -> Problem:
    return Problem(
        "labels-longer-than-the-output-of-ctc",
        "wrong",
        f"{given.variable} has labels that need {needed} timesteps, the output has {steps}",
        f"labels that fit in {steps} timesteps: one each, and a blank between two alike",
        f"labels that need {needed}",
        "No path through the output spells such a row: its loss is huge, and drowns that of the others.",
        f"keras.layers.UpSampling1D({-(-needed // steps)})  # before the last layer; or pool less",
    )
