"""Nested arrays, as Keras takes and returns them: lists, tuples and dicts. Knows no Keras.

As in ``keras.tree``, the arrays of a dict come in the order of its sorted keys, those of an
OrderedDict in its own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Any

Path = tuple[Any, ...]


def is_container(value: Any) -> bool:
    """Tell whether a value is a dict, a list or a tuple.

    >>> is_container([1, 2]), is_container("a")
    (True, False)
    """
    return isinstance(value, (Mapping, list, tuple))


def is_nested(value: Any) -> bool:
    """Tell whether a value holds several arrays; a list of numbers, or of such lists, is one array.

    >>> import numpy as np
    >>> is_nested([np.zeros(2), np.zeros(2)]), is_nested([[1, 2], [3, 4]]), is_nested({"a": [1, 2]})
    (True, False, True)
    """
    if isinstance(value, Mapping):
        return True
    return isinstance(value, (list, tuple)) and any(
        _is_array(v) or is_nested(v) for v in value
    )


def keys(value: Any) -> list[Any]:
    """Return the keys of a dict, or the numbers of a list, in Keras's order."""
    if not isinstance(value, Mapping):
        return list(range(len(value)))
    if isinstance(value, OrderedDict):
        return list(value)
    try:
        return sorted(value)
    except TypeError:  # keys of several types
        return list(value)


def walk(
    value: Any, nested: Callable[[Any], bool] = is_nested, at: Path = ()
) -> Iterator[tuple[Path, Any]]:
    """Yield each array with the keys and numbers that lead to it.

    >>> import numpy as np
    >>> [path for path, _ in walk({"b": np.zeros(2), "a": [np.zeros(2), np.zeros(2)]})]
    [('a', 0), ('a', 1), ('b',)]
    """
    if not nested(value):
        yield at, value
        return
    for key in keys(value):
        yield from walk(value[key], nested, (*at, key))


def paths_to(arrays: Sequence[Any], value: Any) -> list[Path]:
    """Return where each array stands in a nested value.

    Keras on PyTorch sorts no dict that stands in a dict, so the arrays are looked for.

    >>> import numpy as np
    >>> one, two = np.zeros(2), np.zeros(2)
    >>> paths_to([two, one], {"a": one, "b": two})
    [('b',), ('a',)]
    """
    found = list(walk(value, nested=is_container))
    places = {id(array): number for number, array in enumerate(arrays)}
    if len(places) == len(
        arrays
    ):  # of an array that stands there twice the first place is not known
        found = sorted(
            (pair for pair in found if id(pair[1]) in places),
            key=lambda pair: places[id(pair[1])],
        )
    return [path for path, leaf in found if id(leaf) in places]


def leaves(value: Any) -> list[Any]:
    """Return the arrays of a nested value, in Keras's order."""
    return [leaf for _, leaf in walk(value)]


def pack(like: Any, arrays: Iterable[Any]) -> Any:
    """Return arrays laid out as another nested value is.

    >>> import numpy as np
    >>> pack({"b": np.zeros(2), "a": (np.zeros(2), np.zeros(2))}, [1, 2, 3])
    {'b': 3, 'a': (1, 2)}
    """
    given = iter(arrays)
    if not is_nested(like):
        return next(given)
    parts = {
        key: pack(like[key], islice(given, len(leaves(like[key]))))
        for key in keys(like)
    }
    if isinstance(like, Mapping):
        return {key: parts[key] for key in like}
    fields = hasattr(like, "_fields")  # a namedtuple
    return type(like)(*parts.values()) if fields else type(like)(parts.values())


def numbered(count: int) -> list[Path]:
    """Return the places of one array that stands alone, or of several in a list.

    >>> numbered(1), numbered(2)
    ([()], [(0,), (1,)])
    """
    return [(k,) for k in range(count)] if count > 1 else [()]


def called(path: Path) -> str:
    """Return the name that keys give an array; empty where only numbers lead to it.

    >>> called(("state", 1)), called((0,))
    ('state[1]', '')
    """
    names = [k for k, key in enumerate(path) if isinstance(key, str)]
    return spell(path[names[-1]], path[names[-1] + 1 :]) if names else ""


def spell(word: str, path: Path) -> str:
    """Return how one array of a nested variable is written.

    >>> spell("x", ("a", 1))
    "x['a'][1]"
    """
    return word + "".join(f"[{key!r}]" for key in path)


def spell_all(paths: Sequence[Path], words: Sequence[str]) -> str:
    """Return how a nested value is written, of one word for each of its arrays.

    >>> spell_all([("a", 0), ("a", 1), ("b",)], ["one", "two", "three"])
    "{'a': [one, two], 'b': three}"
    """
    if len(paths) == 1 and not paths[0]:
        return words[0]
    parts = []
    for key, group in groupby(
        zip(paths, words, strict=True), key=lambda pair: pair[0][0]
    ):
        inner = list(group)
        parts.append(
            (key, spell_all([p[1:] for p, _ in inner], [w for _, w in inner]))
        )
    if any(isinstance(key, str) for key, _ in parts):
        return "{" + ", ".join(f"{key!r}: {text}" for key, text in parts) + "}"
    return "[" + ", ".join(text for _, text in parts) + "]"


def _is_array(value: Any) -> bool:
    shape = getattr(value, "shape", None)
    return shape is not None and len(shape) > 0
