"""Which array of ``x`` is for which input of a model, and which of ``y`` for which output.

Knows models by what they tell of themselves; imports no Keras.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from unrolled.model_io.nested import (
    Path,
    called,
    is_container,
    keys,
    numbered,
    paths_to,
    spell_all,
    walk,
)


def read_specs(model: Any) -> list[tuple[str, tuple[int | None, ...], str]]:
    """Return (name, shape, dtype) of each input of the model; empty where it does not tell (a subclass)."""
    tensors = getattr(model, "inputs", None) or []
    return [(t.name, tuple(t.shape), str(t.dtype)) for t in tensors]


def by_input(model: Any, x: Any) -> list[tuple[Path, Any]]:
    """Return the arrays of ``x`` and where they stand in it, in the order of the model's inputs.

    Raises ValueError for a missing key.
    """
    names = [name for name, _, _ in read_specs(model)]
    if not names:
        return list(walk(x))
    if isinstance(x, Mapping):
        wanted = keys_of(model)
        missing = [key for key in wanted if key not in x]
        if missing:
            raise ValueError(
                f"Expected a dict with the keys {wanted}, got {list(x)}. Fix: add {', '.join(map(str, missing))}."
            )
        return _ordered(
            [pair for key in wanted for pair in walk(x[key], at=(key,))], _input_paths(model)
        )
    return _ordered(list(walk(x)), _input_paths(model)) if len(names) > 1 else [((), _alone(x))]


def keys_of(model: Any) -> list[Any]:
    """Return the keys that a dict of inputs has for a model, in the order of its inputs."""
    structure = getattr(model, "_inputs_struct", None)
    return (
        keys(structure)
        if isinstance(structure, Mapping)
        else [name for name, _, _ in read_specs(model)]
    )


def absent(model: Any, given: Sequence[tuple[Path, Any]]) -> set[int]:
    """Return the numbers of the inputs that are left out: None for one that is optional, or that a subclass takes."""
    tensors = getattr(model, "inputs", None) or [None] * len(given)
    makers = (getattr(getattr(t, "_keras_history", None), "operation", None) for t in tensors)
    return {
        number
        for number, ((_, value), maker) in enumerate(zip(given, makers, strict=False))
        if value is None and (maker is None or getattr(maker, "optional", False))
    }


def misplaced(model: Any, x: Any) -> list[tuple[Any, Any]]:
    """Return (key of the model, key of ``x`` read for it) where the two differ: Keras goes by the order of the keys.

    A model that takes a dict gets the arrays of ``x`` sorted by their keys; one too many moves those behind it.
    """
    structure = getattr(model, "_inputs_struct", None)
    if not (isinstance(structure, Mapping) and isinstance(x, Mapping) and set(structure) < set(x)):
        return []
    return [
        pair for pair in zip(keys(structure), keys(dict(x)), strict=False) if pair[0] != pair[1]
    ]


def spell_inputs(model: Any, *, keyed: bool = False) -> str:
    """Return how the x of a model is written, with a variable for each array. keyed: as a dict in any case."""
    names = [name for name, _, _ in read_specs(model)]
    paths = _input_paths(model)
    return spell_parts(
        "x", [(name,) for name in names] if keyed and not has_keys(paths) else paths, names
    )


def by_output(y: Any, paths: Sequence[Path], names: Sequence[str]) -> list[tuple[Path, Any]]:
    """Return the labels and where they stand in ``y``, in the order of the outputs.

    paths: where each output stands in what the model returns. names: of the outputs, or of the layers that make them.

    Raises ValueError where ``y`` does not have a part for each output.
    """
    if isinstance(y, Mapping):
        found = _by_key(y, paths, names)
    else:
        found = list(walk(y)) if len(paths) > 1 else [((), _alone(y))]
    if len(found) != len(paths):
        raise ValueError(
            f"Expected {len(paths)} array{'s' * (len(paths) != 1)} of labels ({', '.join(names)}), got "
            f"{len(found)}. Fix: y = {spell_parts('y', paths, names)}."
        )
    return _ordered(found, paths)


def _by_key(
    y: Mapping[Any, Any], paths: Sequence[Path], names: Sequence[str]
) -> list[tuple[Path, Any]]:
    keyed = has_keys(paths)
    wanted = list(dict.fromkeys(path[0] for path in paths)) if keyed else list(names)
    if set(y) != set(wanted):
        meant = "keys of what the model returns" if keyed else "names of the output layers"
        raise ValueError(
            f"Expected y as a dict with the {meant}, {wanted}, got {list(y)}. "
            f"Fix: y = {spell_parts('y', paths, names)}."
        )
    return [(path, leaf) for key in wanted for path, leaf in walk(y[key], at=(key,))]


def has_keys(paths: Sequence[Path]) -> bool:
    """Tell whether arrays stand in a dict."""
    return any(path and isinstance(path[0], str) for path in paths)


def output_paths(model: Any) -> list[Path]:
    """Return where each output stands in what a model returns, as far as it tells without a run."""
    return _paths(getattr(model, "_outputs_struct", None), getattr(model, "outputs", None) or [])


def name_outputs(model: Any, paths: Sequence[Path], makers: Sequence[str]) -> list[str]:
    """Return the name of each output: its key in a dict, Keras's name for it, or that of the layer that makes it."""
    known = list(getattr(model, "output_names", None) or ())
    names = known if len(known) == len(paths) else makers
    return [called(path) or name for path, name in zip(paths, names, strict=True)]


def with_absent(arrays: Sequence[Any], left_out: set[int]) -> list[Any]:
    """Return the arrays of the inputs with None for each that is left out.

    >>> with_absent(["a", "c"], {1})
    ['a', None, 'c']
    """
    left = iter(arrays)
    return [None if k in left_out else next(left) for k in range(len(arrays) + len(left_out))]


def spell_parts(word: str, paths: Sequence[Path], names: Sequence[str]) -> str:
    """Return how ``x`` or ``y`` is written, with a variable for each array."""
    words = (
        [f"{word}_" + re.sub(r"\W+", "_", name).strip("_") for name in names]
        if len(paths) > 1
        else [word]
    )
    return spell_all(paths, words)


def _input_paths(model: Any) -> list[Path]:
    return _paths(getattr(model, "_inputs_struct", None), getattr(model, "inputs", None) or [])


def _ordered(found: list[tuple[Path, Any]], paths: Sequence[Path]) -> list[tuple[Path, Any]]:
    """Return arrays in the order of the places that they have, where they have these."""
    given = dict(found)
    return [(path, given[path]) for path in paths] if set(given) == set(paths) else found


def _paths(structure: Any, tensors: Sequence[Any]) -> list[Path]:
    found = paths_to(tensors, structure) if is_container(structure) else []
    return found if len(found) == len(tensors) else numbered(len(tensors))


def _alone(x: Any) -> Any:
    """Return the one input: ``[array]`` and ``array`` mean the same to Keras."""
    return x[0] if isinstance(x, (list, tuple)) and len(x) == 1 and hasattr(x[0], "shape") else x
