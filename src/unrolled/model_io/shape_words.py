"""Shapes in words: ``(64 batch, 20 timesteps, 1 targets)``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_X: Mapping[int, tuple[str, ...]] = {
    1: ("batch",),
    2: ("batch", "features"),
    3: ("batch", "timesteps", "features"),
}
_SEQUENCE = ("batch", "timesteps")
_IDS = {**_X, 2: _SEQUENCE}
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
    names = _IDS if ids else _X
    return _say(shape, names.get(len(shape), ()))


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
    if len(shape) == 2 and timesteps not in (None, 1) and shape[1] == timesteps:
        return _say(shape, _SEQUENCE)
    names = _CLASSES if classes else _Y
    return _say(shape, names.get(len(shape), ()))


def _say(shape: Sequence[int | None], names: Sequence[str]) -> str:
    if not names:
        names = ["batch"] + [""] * (len(shape) - 1)
    axes: list[str] = []
    for size, name in zip(shape, names, strict=True):
        if size is None:
            axes.append(name or "any")
        else:
            axes.append(f"{size} {name}".strip())
    return f"({', '.join(axes)})"
