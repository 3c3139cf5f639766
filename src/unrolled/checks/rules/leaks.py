"""What is found by comparing y with x: labels that the model can read from its own input."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unrolled.checks.cases import Case
from unrolled.checks.outputs import Output
from unrolled.checks.reports import Problem
from unrolled.model_io.arrays import ArrayArgument
from unrolled.traces.calls import LayerCall
from unrolled.traces.cells import Array
from unrolled.windowing.windows import Windows

ORDER = 4
_FEW = 10  # samples: fewer may agree by chance
_WHY = "The model copies it and the loss falls to 0; on new data that value is not there."


def find(case: Case) -> Iterator[Problem]:
    """Yield labels that stand in the input of their own sample."""
    if case.windows is not None and case.windows.peeks:
        yield _windows_peek(case.windows)
        return
    for given in case.inputs:
        for labels in case.labels:
            yield from _in_input(given, labels)
    for output in case.outputs:
        for given in case.inputs:
            if output.labels is not None and _is_copied(output, given):
                yield _copies(given.variable, output.labels.variable)


def _in_input(given: ArrayArgument, labels: ArrayArgument) -> Iterator[Problem]:
    if given.array is None or labels.array is None or given.ids:
        return
    found = place_of_label(given.array, labels.array)
    if found is None:
        return
    if found[0] < 0:
        yield _feature_is_label(given.variable, labels.variable, found[1])
    else:
        yield _step_is_label(given, labels.variable, *found)


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
    flat = y.reshape(len(y), -1)
    if (
        flat.size == x.size
        or not flat.size
        or len(np.unique(flat[:, 0])) < _FEW // 2
    ):
        return None
    if x.dtype.kind == flat.dtype.kind == "f":
        flat = flat.astype(
            x.dtype
        )  # labels of float64 beside a series of float32; whole numbers stay as they are
    if flat.shape[1] == 1:
        return _first(np.all(x == flat[:, :, np.newaxis], axis=0))
    if (
        flat.shape[1] == x.shape[1] and x.shape[2] > 1
    ):  # with one feature this is an autoencoder
        same = np.all(x == flat[:, :, np.newaxis], axis=(0, 1))
        return (-1, int(np.argmax(same))) if same.any() else None
    return None


def _is_comparable(x: Array, y: Array) -> bool:
    if x.ndim != 3 or not 0 < y.ndim <= 3 or len(x) != len(y) or len(y) < _FEW:
        return False
    return x.dtype.kind in "fiu" and y.dtype.kind in "fiub"


def _first(same: Array) -> tuple[int, int] | None:
    places = np.argwhere(same)
    return (int(places[0][0]), int(places[0][1])) if len(places) else None


def _is_copied(output: Output, given: ArrayArgument) -> bool:
    """Tell whether y is x and nothing on the way from x is narrower than x.

    No autoencoder is meant.
    """
    x, y = given.array, None if output.labels is None else output.labels.array
    if x is None or y is None or x.ndim != 3 or len(x) < _FEW:
        return False
    return np.array_equal(x, y) and _stays_wide(output.call, x.shape)


def _stays_wide(call: LayerCall | None, shape: tuple[int, ...]) -> bool:
    """Tell whether every call on one line from x on returns all timesteps, not narrower."""
    known = call is not None
    while call is not None:
        made = call.outputs[0].shape
        wide = len(made) == 3 and made[1] == shape[1] and made[2] >= shape[2]
        if len(call.sources) != 1 or not wide:
            return call.layer_class == "InputLayer"
        call = call.sources[0]
    return known


def _copies(x: str, y: str) -> Problem:
    return Problem(
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


def _feature_is_label(x: str, y: str, feature: int) -> Problem:
    return Problem(
        mistake="label-in-its-own-window",
        level="doubt",
        title="Every label stands in the input of its own sample",
        expected="labels that come after the window, or from elsewhere",
        came=f"{y} equals {x}[:, :, {feature}] in every sample",
        why=_WHY,
        fix=f"{x} = np.delete({x}, {feature}, axis=2)  # and one feature less in keras.Input",
        fix_is_example=True,
    )


def _step_is_label(
    given: ArrayArgument, y: str, step: int, feature: int
) -> Problem:
    steps = 0 if given.array is None else given.array.shape[1]
    return Problem(
        mistake="label-in-its-own-window",
        level="doubt",
        title="Every label stands in the input of its own sample",
        expected="labels that come after the window, or from elsewhere",
        came=f"{y} equals {given.variable}[:, {step}, {feature}] in every sample",
        why=_WHY,
        fix=(
            f"# cut windows whose label comes after them: unrolled.windows(series, {steps}, "
            "horizon=1)"
        ),
        fix_is_example=True,
    )


def _windows_peek(windows: Windows) -> Problem:
    return Problem(
        mistake="windows-that-hold-their-label",
        level="wrong",
        title="The label of each window lies inside the window",
        expected="horizon of at least 1: the label comes after the last step of the window",
        came=f"horizon={windows.horizon}, and {', '.join(windows.target_names)} among the features",
        why="The model copies the label from its input; on new data it is not there.",
        fix=f"# cut the windows again: unrolled.windows(series, {windows.timesteps}, horizon=1)",
        fix_is_example=True,
    )
