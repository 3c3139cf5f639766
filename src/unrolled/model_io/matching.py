"""Which array of ``x`` is for which input of a model, and which of ``y`` for which output.

Knows no Keras.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from unrolled.model_io.nested import Path, called, has_keys, spell_all, walk

if TYPE_CHECKING:
    from unrolled.model_io.signature import ModelIO


def match_inputs(io: ModelIO, x: Any) -> list[tuple[Path, Any]]:
    """Return the arrays of ``x`` and where they stand in it, in the order of the model's inputs.

    Empty where ``x`` does not have one for each input.
    """
    if io.inputs and isinstance(x, Mapping):
        # Keras leaves unread what else stands in the dict
        given = filter(x.__contains__, io.keys)
        found = _at_keys(x, given)
    else:
        found = _without_keys(x, len(io.inputs))
    # a subclassed model does not say how many it takes
    wanted = len(io.inputs) or len(found)
    if len(found) != wanted:
        return []
    return _ordered(found, io.input_paths)


def by_output(
    y: Any, paths: Sequence[Path], names: Sequence[str]
) -> list[tuple[Path, Any]]:
    """Return the labels and where they stand in ``y``, in the order of the outputs.

    paths: where each output stands in what the model returns. names: of the outputs, or of the
    layers that make them.

    Raises ValueError where ``y`` does not have a part for each output.
    """
    if isinstance(y, Mapping):
        found = _labels_by_key(y, paths, names)
    else:
        found = _without_keys(y, len(paths))
    wanted = len(paths)
    if len(found) != wanted:
        plural = "s" * (wanted != 1)
        listed = ", ".join(names)
        spelled = spell_parts("y", paths, names)
        raise ValueError(
            f"Expected {wanted} array{plural} of labels ({listed}), got {len(found)}. "
            f"Fix: y = {spelled}."
        )
    return _ordered(found, paths)


def _labels_by_key(
    y: Mapping[Any, Any], paths: Sequence[Path], names: Sequence[str]
) -> list[tuple[Path, Any]]:
    wanted = list(names)
    meant = "names of the output layers"
    if has_keys(paths):
        # several outputs may stand under one key
        firsts = map(itemgetter(0), paths)
        wanted = list(dict.fromkeys(firsts))
        meant = "keys of what the model returns"
    if set(y) != set(wanted):
        spelled = spell_parts("y", paths, names)
        raise ValueError(
            f"Expected y as a dict with the {meant}, {wanted}, got {list(y)}. "
            f"Fix: y = {spelled}."
        )
    return _at_keys(y, wanted)


def _at_keys(
    given: Mapping[Any, Any], wanted: Iterable[Any]
) -> list[tuple[Path, Any]]:
    """Return the arrays that stand under some keys of a dict, in the order of these keys."""
    found: list[tuple[Path, Any]] = []
    for key in wanted:
        found += walk(given[key], at=(key,))
    return found


def name_outputs(
    model: Any, paths: Sequence[Path], makers: Sequence[str]
) -> list[str]:
    """Return the name of each output.

    Its key in a dict, Keras's name for it, or that of the layer that makes it.
    """
    # not every model has names, or one for each output
    known = getattr(model, "output_names", None) or ()
    if len(known) != len(paths):
        known = makers
    names = list(known)
    for number, path in enumerate(paths):
        key = called(path)
        names[number] = key or names[number]
    return names


def with_absent(arrays: Sequence[Any], left_out: set[int]) -> list[Any]:
    """Return the arrays of the inputs with None for each that is left out.

    >>> with_absent(["a", "c"], {1})
    ['a', None, 'c']
    """
    filled = list(arrays)
    # from the left, so that each number counts those that were put in before
    for number in sorted(left_out):
        filled.insert(number, None)
    return filled


def spell_parts(word: str, paths: Sequence[Path], names: Sequence[str]) -> str:
    """Return how ``x`` or ``y`` is written, with a variable for each array.

    >>> spell_parts("y", [(0,), (1,)], ["one", "two"])
    '[y_one, y_two]'
    """
    # a single one needs no name of its own
    if len(paths) == 1:
        return spell_all(paths, [word])
    words: list[str] = []
    # names of layers have slashes, which no variable has
    for name in names:
        plain = re.sub(r"\W+", "_", name).strip("_")
        words.append(f"{word}_{plain}")
    return spell_all(paths, words)


def _ordered(
    found: list[tuple[Path, Any]], paths: Sequence[Path]
) -> list[tuple[Path, Any]]:
    """Return arrays in the order of the places that they have, where they have these."""
    given = dict(found)
    # arrays given in a list, where the model has a dict, come in its order
    if set(given) != set(paths):
        return found
    values = map(given.__getitem__, paths)
    return list(zip(paths, values, strict=True))


def _without_keys(given: Any, count: int) -> list[tuple[Path, Any]]:
    """Return the arrays of what is no dict; count: how many are wanted."""
    if count != 1:
        return list(walk(given))
    # [array] and array mean the same to Keras; a list of numbers, or of lists, is the array itself
    is_list_of_one = isinstance(given, (list, tuple)) and len(given) == 1
    if is_list_of_one and hasattr(given[0], "shape"):
        given = given[0]
    return [((), given)]
