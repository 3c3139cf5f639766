"""Shapes in words: ``(64 batch, 20 timesteps, 1 targets)``."""

from __future__ import annotations

from collections.abc import Sequence

_X = {
    1: ("batch",),
    2: ("batch", "features"),
    3: ("batch", "timesteps", "features"),
}
_Y = {
    1: ("batch",),
    2: ("batch", "targets"),
    3: ("batch", "timesteps", "targets"),
}


def say_x(shape: Sequence[int | None], ids: bool = False) -> str:
    """Return the shape of an input with the names of its axes.

    >>> say_x((None, 10, 3)), say_x((64, 10), ids=True)
    ('(batch, 10 timesteps, 3 features)', '(64 batch, 10 timesteps)')
    """
    names = (
        ("batch", "timesteps")
        if ids and len(shape) == 2
        else _X.get(len(shape), ())
    )
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
    names = _Y.get(len(shape), ())
    if len(shape) == 2 and timesteps not in (None, 1) and shape[1] == timesteps:
        names = ("batch", "timesteps")
    if classes and names and names[-1] == "targets":
        names = (*names[:-1], "classes")
    return _say(shape, names)


def _say(shape: Sequence[int | None], names: Sequence[str]) -> str:
    words = names or ("batch", *("" for _ in shape[1:]))
    return (
        "("
        + ", ".join(
            _axis(n, word) for n, word in zip(shape, words, strict=True)
        )
        + ")"
    )


def _axis(n: int | None, word: str) -> str:
    return (word or "any") if n is None else f"{n} {word}".strip()
