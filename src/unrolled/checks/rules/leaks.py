"""What is found by comparing y with x: labels that the model can read from its own input."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from unrolled.checks.arrays import Given
from unrolled.checks.cases import Subject
from unrolled.checks.outputs import Output
from unrolled.checks.reports import Problem
from unrolled.traces.cells import Array
from unrolled.windowing.windows import Windows

_FEW = 10  # samples: fewer may agree by chance


def find_leaks(subject: Subject, windows: Windows | None = None) -> Iterator[Problem]:
    """Yield labels that stand in the input of their own sample."""
    if windows is not None and windows.peeks:
        yield _windows_peek(windows)
        return
    for given in subject.inputs:
        for labels in subject.labels:
            if given.array is not None and labels.array is not None and not given.ids:
                place = place_of_label(given.array, labels.array)
                if place is not None:
                    yield _stands_in_x(given.variable, labels.variable, *place)
    for output in subject.outputs:
        for given in subject.inputs:
            if output.labels is not None and _is_copied(output, given):
                yield _copies(given.variable, output.labels.variable)


def place_of_label(x: Array, y: Array) -> tuple[int, int] | None:
    """Return (timestep, feature) of x that equals y in every sample; timestep -1 where y has one for each step.

    None where there is none, where y is x itself (an autoencoder), or where too few labels differ to tell.

    >>> x = np.arange(48.0).reshape(12, 4, 1)
    >>> place_of_label(x, x[:, 2, 0]), place_of_label(x, x[:, -1, 0] + 1)
    ((2, 0), None)
    """
    if x.ndim != 3 or y.ndim > 3 or len(x) != len(y) or len(y) < _FEW or x.dtype.kind not in "fiu":
        return None
    flat = y.reshape(len(y), -1).astype(x.dtype)
    if flat.size == x.size:
        return None
    if len(np.unique(flat[:, 0])) < _FEW // 2:
        return None
    if flat.shape[1] == 1:
        return _first(np.all(x == flat[:, :, np.newaxis], axis=0))
    if flat.shape[1] == x.shape[1] and x.shape[2] > 1:  # with one feature this is an autoencoder
        same = np.all(x == flat[:, :, np.newaxis], axis=(0, 1))
        return (-1, int(np.argmax(same))) if same.any() else None
    return None


def _is_copied(output: Output, given: Given) -> bool:
    """Tell whether y is x and nothing on the way from x to the output is narrower than x: no autoencoder is meant."""
    x, y = given.array, None if output.labels is None else output.labels.array
    if (
        x is None
        or y is None
        or x.ndim != 3
        or x.shape != y.shape
        or len(x) < _FEW
        or not np.array_equal(x, y)
    ):
        return False
    call = output.call
    while call is not None:
        made = call.outputs[0]
        if (
            len(call.sources) != 1
            or made.ndim != 3
            or made.shape[1] != x.shape[1]
            or made.shape[2] < x.shape[2]
        ):
            return call.layer_class == "InputLayer"
        call = call.sources[0]
    return output.call is not None


def _copies(x: str, y: str) -> Problem:
    return Problem(
        "label-in-its-own-window",
        "doubt",
        "Every output sees the very step that it is to give back",
        "labels of another step, or a layer in between that is narrower than x",
        f"{y} equals {x}, and every layer returns all timesteps with at least as many units as x has features",
        "The model copies its input and the loss falls to 0: it learns nothing of the sequence.",
        f"{x}, {y} = {x}[:, :-1], {x}[:, 1:]  # the next step; an autoencoder takes RepeatVector behind its encoder",
    )


def _first(found: Array) -> tuple[int, int] | None:
    places = np.argwhere(found)
    return (int(places[0][0]), int(places[0][1])) if len(places) else None


def _stands_in_x(x: str, y: str, step: int, feature: int) -> Problem:
    where = f"{x}[:, {':' if step < 0 else step}, {feature}]"
    return Problem(
        "label-in-its-own-window",
        "doubt",
        "Every label stands in the input of its own sample",
        "labels that come after the window, or from elsewhere",
        f"{y} equals {where} in every sample",
        "The model copies it and the loss falls to 0; on new data that value is not there.",
        f"{x} = np.delete({x}, {feature}, axis=2)"
        if step < 0
        else "windows = unrolled.windows(series, timesteps, horizon=1)",
    )


def _windows_peek(windows: Windows) -> Problem:
    return Problem(
        "windows-that-hold-their-label",
        "wrong",
        "The label of each window lies inside the window",
        "horizon of at least 1: the label comes after the last step of the window",
        f"horizon={windows.horizon}, and {', '.join(windows.target_names)} among the features",
        "The model copies the label from its input; on new data it is not there.",
        f"windows = unrolled.windows(series, {windows.timesteps}, horizon=1)",
    )
