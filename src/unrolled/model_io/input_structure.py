"""How ``x`` as a whole differs from what a model takes: keys and the number of its arrays."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import filterfalse
from typing import Any

from unrolled.model_io.arrays import count_arrays, say_keys
from unrolled.model_io.findings import Finding
from unrolled.model_io.matching import spell_parts
from unrolled.model_io.nested import has_keys, keys, leaves
from unrolled.model_io.signature import ModelIO


def find_misplaced_keys(io: ModelIO, x: Any) -> list[Finding]:
    """Return the finding of a dict in which inputs read the arrays of others; else nothing."""
    if not io.reads_sorted_keys or not isinstance(x, Mapping):
        return []
    has_too_many = set(io.input_structure) < set(x)
    if not has_too_many:
        return []
    # Keras sorts the keys of an OrderedDict too; one too many moves those behind it
    read = keys(dict(x))
    misread: list[str] = []
    for wanted, key in zip(io.keys, read, strict=False):
        if key != wanted:
            misread.append(f"x[{key!r}] for the input {wanted!r}")
    if not misread:
        return []
    return [
        Finding(
            code="a-key-too-many-in-x",
            title=(
                "x has a key that the model does not know, so that inputs read the arrays of others"
            ),
            expected=say_keys(io.keys),
            came="; ".join(misread),
            why=(
                "Keras sorts the keys, takes the arrays in this order for the inputs, and only "
                "warns."
            ),
            fix=f"x = {{key: x[key] for key in {io.keys}}}",
        )
    ]


def judge_structure(io: ModelIO, x: Any) -> Finding:
    """Return the finding of an ``x`` that does not have an array for each input."""
    came = count_arrays(x)
    # a subclassed model has no keys to compare with
    if came.keys is not None and io.inputs:
        return _wrong_keys(io, came.keys)
    words = came.words
    # optional inputs may be left out, but not all of them
    is_nothing = all(value is None for value in leaves(x))
    if is_nothing:
        words = "None"
    fix = f"x = {io.spell_inputs()}"
    has_one_input = len(io.inputs) == 1
    if has_one_input:
        fix = "x = np.stack(x)"
    return Finding(
        code="wrong-number-of-inputs",
        title="x does not have the parts that the model takes",
        expected=_say_inputs(io),
        of=io.called,
        came=words,
        why=(
            "A list of arrays means several inputs, in their order; one input of many samples is "
            "a single array."
        ),
        fix=fix,
        fix_is_example=not has_one_input,
    )


def _wrong_keys(io: ModelIO, given: tuple[Any, ...]) -> Finding:
    came = say_keys(given)
    missing = filterfalse(given.__contains__, io.keys)
    listed = ", ".join(map(repr, missing))
    # keys may be wrong by their number alone
    if listed:
        came = f"{came}, without {listed}"
    # a list of inputs may be given as a dict too, by their names
    paths = io.input_paths
    if not has_keys(paths):
        paths = tuple((name,) for name in io.names)
    spelled = spell_parts("x", paths, io.names)
    return Finding(
        code="missing-data-for-input",
        title="The keys of x are not those of the inputs",
        expected=say_keys(io.keys),
        of=io.called,
        came=came,
        why="Keras looks each input up by its key.",
        fix=f"x = {spelled}",
        fix_is_example=True,
    )


def _say_inputs(io: ModelIO) -> str:
    count = len(io.inputs)
    # a subclassed model does not say
    if count == 0:
        return "an array"
    plural = "s" * (count != 1)
    names = ", ".join(io.names)
    return f"{count} array{plural}: {names}"
