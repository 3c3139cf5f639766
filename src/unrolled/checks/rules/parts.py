"""What is found in the parts of x and y: arrays too many or too few, and keys of another name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from unrolled.checks.cases import Case
from unrolled.checks.reports import Problem, from_finding
from unrolled.model_io.arrays import GivenStructure, say_keys
from unrolled.model_io.matching import spell_parts
from unrolled.model_io.nested import Path, has_keys

ORDER = 0
_LEVELS = {
    "a-key-too-many-in-x": "wrong",
    "missing-data-for-input": "raises",
    "wrong-number-of-inputs": "raises",
}


def find(case: Case) -> Iterator[Problem]:
    """Yield what keeps arrays from meeting the inputs and outputs that they are for."""
    for finding in case.given.findings:
        if finding.code in _LEVELS:
            yield from_finding(finding, _LEVELS[finding.code])
    if case.y_misfit is not None:
        yield _wrong_labels(case, case.y_misfit)


def _wrong_labels(case: Case, came: GivenStructure) -> Problem:
    names = case.output_names
    paths = case.output_paths
    # Keras has another error for too few, too many, and keys of another name
    mistake = "the-path-in-the-loss-argument-can-t-be-found"
    if came.count > len(paths):
        mistake = "y-true-and-y-pred-have-different-structures"
    if came.count == len(paths):
        mistake = "expected-float32-but-got-a-of-type-str"
    plural = "s" * (len(names) != 1)
    expected = f"{len(names)} array{plural}: {', '.join(names)}"
    why = (
        "A model of several outputs takes a list of labels in their order, or a dict by their "
        "names."
    )
    # a list is not taken for what is returned by its keys
    if has_keys(paths):
        expected = say_keys(first_keys(paths))
        why = "A model that returns a dict takes labels in a dict of the same keys."
    return Problem(
        mistake=mistake,
        level="raises",
        title="y does not have the parts that the model returns",
        expected=expected,
        came=came.words,
        why=why,
        fix=f"y = {spell_parts('y', paths, names)}",
        fix_is_example=True,
    )


def first_keys(paths: Sequence[Path]) -> list[Any]:
    """Return the keys of the dict that a model returns.

    >>> first_keys([("a", 0), ("a", 1), ("b",)])
    ['a', 'b']
    """
    return list(dict.fromkeys(path[0] for path in paths))
