"""Nested arrays, as Keras takes and returns them: lists, tuples and dicts. Knows no Keras.

As in ``keras.tree``, the arrays of a dict come in the order of its sorted keys, those of an
OrderedDict in its own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
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
    if not isinstance(value, (list, tuple)):
        return False
    for part in value:
        rank = len(getattr(part, "shape", None) or ())
        if rank > 0 or is_nested(part):
            return True
    return False


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
    places = {id(array): number for number, array in enumerate(arrays)}
    found: list[tuple[int, Path]] = []
    for path, leaf in walk(value, nested=is_container):
        if id(leaf) in places:
            found.append((places[id(leaf)], path))
    # of an array that stands there twice the first place is not known
    if len(places) == len(arrays):
        found.sort(key=itemgetter(0))
    return [path for _, path in found]


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
    parts: dict[Any, Any] = {}
    for key in keys(like):
        parts[key] = pack(like[key], given)
    if isinstance(like, Mapping):
        return {key: parts[key] for key in like}
    if hasattr(like, "_fields"):  # a namedtuple
        return type(like)(*parts.values())
    return type(like)(parts.values())


def numbered(count: int) -> list[Path]:
    """Return the places of one array that stands alone, or of several in a list.

    >>> numbered(1), numbered(2)
    ([()], [(0,), (1,)])
    """
    if count < 2:
        return [()]
    return [(number,) for number in range(count)]


def called(path: Path) -> str:
    """Return the name that keys give an array; empty where only numbers lead to it.

    >>> called(("state", 1)), called((0,))
    ('state[1]', '')
    """
    for place in reversed(range(len(path))):
        if isinstance(path[place], str):
            return spell(path[place], path[place + 1 :])
    return ""


def spell(word: str, path: Path) -> str:
    """Return how one array of a nested variable is written.

    >>> spell("x", ("a", 1))
    "x['a'][1]"
    """
    return word + "".join(map("[{!r}]".format, path))


def spell_all(paths: Sequence[Path], words: Sequence[str]) -> str:
    """Return how a nested value is written, of one word for each of its arrays.

    >>> spell_all([("a", 0), ("a", 1), ("b",)], ["one", "two", "three"])
    "{'a': [one, two], 'b': three}"
    """
    if list(paths) == [()]:
        return words[0]
    is_dict = any(isinstance(path[0], str) for path in paths)
    parts: list[str] = []
    pairs = zip(paths, words, strict=True)
    for key, group in groupby(pairs, key=lambda pair: pair[0][0]):
        inner_paths, inner_words = zip(*group, strict=True)
        below = [path[1:] for path in inner_paths]
        text = spell_all(below, inner_words)
        if is_dict:
            text = f"{key!r}: {text}"
        parts.append(text)
    joined = ", ".join(parts)
    return f"{{{joined}}}" if is_dict else f"[{joined}]"
