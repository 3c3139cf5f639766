"""The rules: one module a subject, with a function ``find`` that yields the problems of a case.

A new rule joins by being in this package: a module with ``find(case)`` and, where its problems are
told earlier or later than most, a number ``ORDER`` (structure 0, shapes 1, the run 2, values 3).
Each ``mistake`` that it yields is the name of an entry in the catalogue of mistakes.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from unrolled.checks.cases import Case
from unrolled.checks.reports import Problem

_VALUES = 3


def find_problems(case: Case) -> Iterator[Problem]:
    """Yield what every rule finds in a case."""
    for rule in all_rules():
        yield from rule.find(case)


@cache
def all_rules() -> tuple[ModuleType, ...]:
    """Return the modules of this package that have a function ``find``, in their order.

    >>> [rule.__name__.rpartition(".")[2] for rule in all_rules()][:3]
    ['losses', 'parts', 'x_shapes']
    """
    rules: list[ModuleType] = []
    for found in iter_modules(__path__):
        module = import_module(f"{__name__}.{found.name}")
        # what rules share has none
        if hasattr(module, "find"):
            rules.append(module)
    rules.sort(key=_place)
    return tuple(rules)


def _place(rule: ModuleType) -> tuple[int, str]:
    """Return what rules are sorted by."""
    return getattr(rule, "ORDER", _VALUES), rule.__name__
