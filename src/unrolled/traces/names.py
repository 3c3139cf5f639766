"""Finds what ran by its path, ``encoder/lstm``, or by its name, ``lstm``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from itertools import compress
from operator import eq
from typing import TypeVar

Named = TypeVar("Named")


def find_named(
    name: str,
    things: Sequence[Named],
    paths: Iterable[str],
    names: Iterable[str],
) -> list[Named]:
    """Return the things of this path; where there are none those of this name.

    >>> find_named("lstm", [1, 2, 3], ["a/lstm", "lstm", "gru"], ["lstm", "lstm", "gru"])
    [2]
    >>> find_named("gru", [1, 2], ["a/gru", "b/gru"], ["gru", "gru"])
    [1, 2]
    """
    is_wanted = partial(eq, name)
    by_path = list(compress(things, map(is_wanted, paths)))
    by_name = list(compress(things, map(is_wanted, names)))
    # an outer layer may have the name of one that is nested: a whole path comes first
    return by_path or by_name
