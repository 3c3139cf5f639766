"""Which array of ``x`` is for which input of a model, and which of ``y`` for which output.

Knows no Keras.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from unrolled.model_io.nested import Path, called, keys, spell_all, walk

if TYPE_CHECKING:
    from unrolled.model_io.signature import ModelIO


def match_inputs(io: ModelIO, x: Any) -> list[tuple[Path, Any]] | None:
    """Return the arrays of ``x`` and where they stand in it, in the order of the model's inputs.

    None where ``x`` does not have one for each input.
    """
    found: list[tuple[Path, Any]] = []
    if io.inputs and isinstance(x, Mapping):
        for key in io.keys:
            if key in x:
                found += walk(x[key], at=(key,))
    elif len(io.inputs) == 1:
        found.append(((), _alone(x)))
    else:
        found += walk(x)
    count = len(io.inputs) or len(found)
    if not found or len(found) != count:
        return None
    return _ordered(found, io.input_paths)


def find_misplaced(io: ModelIO, x: Any) -> list[tuple[Any, Any]]:
    """Return (key of the model, key of ``x`` read for it) where the two differ.

    Where Keras sorts the arrays of ``x`` by their keys, one too many moves those behind it.
    """
    if not io.reads_sorted_keys or not isinstance(x, Mapping):
        return []
    if not set(io.input_structure) < set(x):
        return []
    pairs = zip(io.keys, keys(dict(x)), strict=False)
    return [pair for pair in pairs if pair[0] != pair[1]]


def find_absent(io: ModelIO, given: Sequence[tuple[Path, Any]]) -> set[int]:
    """Return the numbers of the inputs left out.

    None for one that is optional, or that a subclass takes.
    """
    absent: set[int] = set()
    for number, (_, value) in enumerate(given):
        may_be_left_out = not io.inputs or io.inputs[number].optional
        if value is None and may_be_left_out:
            absent.add(number)
    return absent


def by_output(
    y: Any, paths: Sequence[Path], names: Sequence[str]
) -> list[tuple[Path, Any]]:
    """Return the labels and where they stand in ``y``, in the order of the outputs.

    paths: where each output stands in what the model returns. names: of the outputs, or of the
    layers that make them.

    Raises ValueError where ``y`` does not have a part for each output.
    """
    if isinstance(y, Mapping):
        found = _by_key(y, paths, names)
    elif len(paths) > 1:
        found = list(walk(y))
    else:
        found = [((), _alone(y))]
    wanted = len(paths)
    if len(found) != wanted:
        arrays = f"{wanted} array{'s' * (wanted != 1)} of labels"
        raise ValueError(
            f"Expected {arrays} ({', '.join(names)}), got {len(found)}. "
            f"Fix: y = {spell_parts('y', paths, names)}."
        )
    return _ordered(found, paths)


def _by_key(
    y: Mapping[Any, Any], paths: Sequence[Path], names: Sequence[str]
) -> list[tuple[Path, Any]]:
    wanted = list(names)
    meant = "names of the output layers"
    if has_keys(paths):
        wanted = list(dict.fromkeys(path[0] for path in paths))
        meant = "keys of what the model returns"
    if set(y) != set(wanted):
        raise ValueError(
            f"Expected y as a dict with the {meant}, {wanted}, got {list(y)}. "
            f"Fix: y = {spell_parts('y', paths, names)}."
        )
    found: list[tuple[Path, Any]] = []
    for key in wanted:
        found += walk(y[key], at=(key,))
    return found


def has_keys(paths: Sequence[Path]) -> bool:
    """Tell whether arrays stand in a dict.

    >>> has_keys([("a",), ("b", 0)]), has_keys([(0,), (1,)])
    (True, False)
    """
    return any(path and isinstance(path[0], str) for path in paths)


def name_outputs(
    model: Any, paths: Sequence[Path], makers: Sequence[str]
) -> list[str]:
    """Return the name of each output.

    Its key in a dict, Keras's name for it, or that of the layer that makes it.
    """
    names = list(getattr(model, "output_names", None) or ())
    if len(names) != len(paths):
        names = list(makers)
    for number, path in enumerate(paths):
        names[number] = called(path) or names[number]
    return names


def with_absent(arrays: Sequence[Any], left_out: set[int]) -> list[Any]:
    """Return the arrays of the inputs with None for each that is left out.

    >>> with_absent(["a", "c"], {1})
    ['a', None, 'c']
    """
    filled = list(arrays)
    for number in sorted(left_out):
        filled.insert(number, None)
    return filled


def spell_parts(word: str, paths: Sequence[Path], names: Sequence[str]) -> str:
    """Return how ``x`` or ``y`` is written, with a variable for each array.

    >>> spell_parts("y", [(0,), (1,)], ["one", "two"])
    '[y_one, y_two]'
    """
    if len(paths) == 1:
        return spell_all(paths, [word])
    words: list[str] = []
    for name in names:
        plain = re.sub(r"\W+", "_", name).strip("_")
        words.append(f"{word}_{plain}")
    return spell_all(paths, words)


def _ordered(
    found: list[tuple[Path, Any]], paths: Sequence[Path]
) -> list[tuple[Path, Any]]:
    """Return arrays in the order of the places that they have, where they have these."""
    given = dict(found)
    if set(given) != set(paths):
        return found
    return [(path, given[path]) for path in paths]


def _alone(x: Any) -> Any:
    """Return the one array: ``[array]`` and ``array`` mean the same to Keras."""
    if isinstance(x, (list, tuple)) and len(x) == 1 and hasattr(x[0], "shape"):
        return x[0]
    return x
