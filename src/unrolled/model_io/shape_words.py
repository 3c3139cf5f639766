"""Shapes in words: ``(batch 64, timesteps 20, targets 1)``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unrolled.axes import say_shape

_X: Mapping[int, tuple[str, ...]] = {
    1: ("batch",),
    2: ("batch", "features"),
    3: ("batch", "timesteps", "features"),
}
_IDS: Mapping[int, tuple[str, ...]] = {**_X, 2: ("batch", "timesteps")}
_Y: Mapping[int, tuple[str, ...]] = {
    1: ("batch",),
    2: ("batch", "targets"),
    3: ("batch", "timesteps", "targets"),
}
_CLASSES: Mapping[int, tuple[str, ...]] = {
    1: ("batch",),
    2: ("batch", "classes"),
    3: ("batch", "timesteps", "classes"),
}


def say_x(shape: Sequence[int | None], ids: bool = False) -> str:
    """Return the shape of an input with the names of its axes.

    >>> say_x((None, 10, 3)), say_x((64, 10), ids=True)
    ('(batch, timesteps 10, features 3)', '(batch 64, timesteps 10)')
    """
    names = _X
    if ids:
        names = _IDS
    return _say(shape, names)


def say_y(
    shape: Sequence[int | None],
    timesteps: int | None = None,
    classes: bool = False,
) -> str:
    """Return the shape of labels or of an output with the names of its axes.

    timesteps: of the input; two axes with that many in the second are read as (batch, timesteps)
    where it is not 1.

    >>> say_y((64, 20), timesteps=20), say_y((64, 20, 1)), say_y((64, 5), classes=True)
    ('(batch 64, timesteps 20)', '(batch 64, timesteps 20, targets 1)', '(batch 64, classes 5)')
    """
    names = _Y
    if classes:
        names = _CLASSES
    # one step is no sequence: a label for a sample has the same shape
    has_steps = timesteps not in (None, 1)
    after_batch = tuple(shape[1:])
    if has_steps and after_batch == (timesteps,):
        names = _IDS
    return _say(shape, names)


def _say(
    shape: Sequence[int | None], names: Mapping[int, Sequence[str]]
) -> str:
    """Return the axes of a shape; names: those of its axes, by how many there are."""
    unnamed = [""] * (len(shape) - 1)
    axis_names = names.get(len(shape), ["batch", *unnamed])
    axes = zip(shape, axis_names, strict=True)
    return say_shape(tuple(axes))
