"""What is found by comparing y with x: labels that the model can read from its own input."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from unrolled.checks.cases import Case
from unrolled.checks.fixes import Fix
from unrolled.checks.outputs import JudgedOutput
from unrolled.checks.reports import Problem
from unrolled.model_io.arrays import ArrayArgument
from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall
from unrolled.windowing.windows import Windows

ORDER = 4
_FEW = 10  # samples: fewer may agree by chance


def find(case: Case) -> Iterator[Problem]:
    """Yield labels that stand in the input of their own sample."""
    if case.windows is not None and case.windows.peeks:
        yield _windows_peek(case.windows)
        return
    for given, labels in product(case.inputs, case.labels):
        yield from _in_input(given, labels)
    for judged, given in product(case.judged, case.inputs):
        yield from _as_copy(judged, given)


def _in_input(given: ArrayArgument, labels: ArrayArgument) -> Iterator[Problem]:
    """Yield where one value of x is the label of its sample, or each step holds its label."""
    # the label of a word may well be a word of its sentence
    if given.ids:
        return
    # what is no array of numbers has no axes, and so no place
    x_array = np.asarray(given.array)
    y_array = np.asarray(labels.array)
    found = place_of_label(x_array, y_array)
    if found is None:
        return
    x = given.variable
    step, feature = found
    place = f"{x}[:, {step}, {feature}]"
    code = f"{x} = {x}[:, :{step}]  # the label comes after the window"
    if step < 0:
        place = f"{x}[:, :, {feature}]"
        code = (
            f"{x} = np.delete({x}, {feature}, axis=2)  # and one feature less in "
            "keras.Input"
        )
    yield Problem(
        mistake="label-in-its-own-window",
        level="doubt",
        title="Every label stands in the input of its own sample",
        expected="labels that come after the window, or from elsewhere",
        came=f"{labels.variable} equals {place} in every sample",
        why="The model copies it and the loss falls to 0; on new data that value is not there.",
        fix=code,
        # in front of step 0 nothing would be left of the window
        fix_is_example=step == 0,
    )


def place_of_label(x: Array, y: Array) -> tuple[int, int] | None:
    """Return (timestep, feature) of x that equals y in every sample.

    The timestep is -1 where y has a label for each step.

    None where there is none, where y is x itself (an autoencoder), or where too few labels differ
    to say.

    >>> x = np.arange(48.0).reshape(12, 4, 1)
    >>> place_of_label(x, x[:, 2, 0]), place_of_label(x, x[:, -1, 0] + 1)
    ((2, 0), None)
    """
    if not _is_comparable(x, y):
        return None
    # a label, or one for each step, in a row
    flat = y.reshape(len(y), -1)
    # a few values agree with some step by chance
    if len(np.unique(flat[:, 0])) < _FEW // 2:
        return None
    if x.dtype.kind == flat.dtype.kind == "f":
        # labels of float64 beside a series of float32; whole numbers stay as they are
        flat = flat.astype(x.dtype)
    width = flat.shape[1]
    if width not in (1, x.shape[1]):
        return None
    # each label beside every feature of its step, or of all steps
    same = x == flat[:, :, np.newaxis]
    if width == 1:
        places = np.argwhere(same.all(axis=0))
    else:
        features = np.argwhere(same.all(axis=(0, 1)))
        places = np.insert(features, 0, -1, axis=1)
    if len(places) == 0:
        return None
    step, feature = places[0].tolist()
    return step, feature


def _is_comparable(x: Array, y: Array) -> bool:
    """Tell whether x is sequences of numbers, and y has enough rows of numbers for them."""
    if x.ndim != 3 or y.ndim not in (1, 2, 3):
        return False
    if x.dtype.kind not in "fiu" or y.dtype.kind not in "fiub":
        return False
    # y of the size of x may be x itself, as that of an autoencoder is
    if y.size in (0, x.size):
        return False
    return len(x) == len(y) >= _FEW


def _as_copy(judged: JudgedOutput, given: ArrayArgument) -> Iterator[Problem]:
    """Yield a doubt where y is x and nothing on the way is narrower."""
    labels = judged.labels
    if labels.ndim != 3:
        return
    if len(labels) < _FEW:
        return
    array = np.asarray(given.array)
    if not np.array_equal(array, labels):
        return
    # an autoencoder is to give back its input, through a layer that is narrower
    if not _stays_wide(judged.output.call, array.shape):
        return
    x, y = given.variable, judged.variable
    yield Problem(
        mistake="label-in-its-own-window",
        level="doubt",
        title="Every output sees the very step that it is to give back",
        expected="labels of another step, or a layer in between that is narrower than x",
        came=(
            f"{y} equals {x}, and every layer returns all timesteps with at least as many units "
            "as x has features"
        ),
        why=(
            "The model copies its input and the loss falls to 0: it learns nothing of the sequence."
        ),
        fix=(
            f"{x}, {y} = {x}[:, :-1], {x}[:, 1:]  # the next step; an autoencoder takes "
            "RepeatVector behind its encoder"
        ),
    )


def _stays_wide(call: LayerCall | None, shape: tuple[int, ...]) -> bool:
    """Tell whether every call on one line from x on returns all timesteps, not narrower."""
    # how the output was made is not known
    if call is None:
        return False
    current: LayerCall | None = call
    while current is not None:
        made = current.outputs[0].shape
        is_sequence = len(made) == 3 and made[1] == shape[1]
        is_wide = is_sequence and made[2] >= shape[2]
        # the line ends at x, at a layer that is narrower, or where two lines meet
        if len(current.sources) != 1 or not is_wide:
            return current.layer_class == "InputLayer"
        current = current.sources[0]
    return True


def _windows_peek(windows: Windows) -> Problem:
    """Return the problem of windows that reach as far as their label."""
    timesteps = windows.timesteps
    # how many steps of each window come before its first label
    before = timesteps - 1 + min(windows.horizons)
    fix = Fix(f"x, y = x.x[:, :{before}], x.y  # the steps before the label")
    # nothing would be left, or each step has a label of its own
    if before <= 0 or windows.per_step:
        again = f"unrolled.windows(series, {timesteps}, horizon=1)"
        fix = Fix(f"# cut the windows again: {again}", is_example=True)
    targets = ", ".join(windows.target_names)
    return Problem(
        mistake="windows-that-hold-their-label",
        level="wrong",
        title="The label of each window lies inside the window",
        expected="horizon of at least 1: the label comes after the last step of the window",
        came=f"horizon={windows.horizon}, and {targets} among the features",
        why="The model copies the label from its input; on new data it is not there.",
        fix=fix.code,
        fix_is_example=fix.is_example,
    )
