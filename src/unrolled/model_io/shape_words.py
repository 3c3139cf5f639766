"""Shapes in words: ``(64 batch, 20 timesteps, 1 targets)``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
    ('(batch, 10 timesteps, 3 features)', '(64 batch, 10 timesteps)')
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
    ('(64 batch, 20 timesteps)', '(64 batch, 20 timesteps, 1 targets)', '(64 batch, 5 classes)')
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
    axes: list[str] = []
    for size, name in zip(shape, axis_names, strict=True):
        axis = f"{size} {name}"
        # where any size will do, the name alone is said: (batch, 5 timesteps)
        if size is None:
            axis = name or "any"
        axes.append(axis.strip())
    listed = ", ".join(axes)
    return f"({listed})"
