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
    if not isinstance(value, (list, tuple)):
        return isinstance(value, Mapping)
    for part in value:
        # numbers have no shape, or the shape (); a list of them is one array
        shape = getattr(part, "shape", None) or ()
        has_axes = len(shape) > 0
        if has_axes or is_nested(part):
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
    except TypeError:
        # keys of several types have no order
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
    # an empty dict or list holds no array, and so yields nothing
    for key in keys(value):
        place = (*at, key)
        yield from walk(value[key], nested, place)


def paths_to(arrays: Sequence[Any], value: Any) -> list[Path]:
    """Return where each array stands in a nested value.

    Keras on PyTorch sorts no dict that stands in a dict, so the arrays are looked for.

    >>> import numpy as np
    >>> one, two = np.zeros(2), np.zeros(2)
    >>> paths_to([two, one], {"a": one, "b": two})
    [('b',), ('a',)]
    """
    # by identity: equal arrays may be different outputs
    wanted = list(map(id, arrays))
    found: list[tuple[int, Path]] = []
    for path, leaf in walk(value, nested=is_container):
        key = id(leaf)
        if key in wanted:
            number = wanted.index(key)
            found.append((number, path))
    # of an array that stands there twice the first place is not known
    different = set(wanted)
    if len(different) == len(wanted):
        found.sort(key=itemgetter(0))
    paths = map(itemgetter(1), found)
    return list(paths)


def leaves(value: Any) -> list[Any]:
    """Return the arrays of a nested value, in Keras's order."""
    arrays = map(itemgetter(1), walk(value))
    return list(arrays)


def pack(like: Any, arrays: Iterable[Any]) -> Any:
    """Return arrays laid out as another nested value is.

    >>> import numpy as np
    >>> pack({"b": np.zeros(2), "a": (np.zeros(2), np.zeros(2))}, [1, 2, 3])
    {'b': 3, 'a': (1, 2)}
    """
    # the parts take what they need from it, one after the other
    given = iter(arrays)
    if not is_nested(like):
        return next(given)
    parts: dict[Any, Any] = {}
    for key in keys(like):
        parts[key] = pack(like[key], given)
    if isinstance(like, Mapping):
        # they were read in Keras's order, and are given back in that of the dict
        return dict.fromkeys(like) | parts
    kind = type(like)
    # a namedtuple takes its parts one by one
    if hasattr(like, "_fields"):
        return kind(*parts.values())
    return kind(parts.values())


def numbered(count: int) -> list[Path]:
    """Return the places of one array that stands alone, or of several in a list.

    >>> numbered(1), numbered(2)
    ([()], [(0,), (1,)])
    """
    # a single array stands in nothing
    if count < 2:
        return [()]
    return [(number,) for number in range(count)]


def called(path: Path) -> str:
    """Return the name that keys give an array; empty where only numbers lead to it.

    >>> called(("state", 1)), called((0,))
    ('state[1]', '')
    """
    # the innermost key says most
    for place in reversed(range(len(path))):
        key = path[place]
        if isinstance(key, str):
            numbers = path[place + 1 :]
            return spell(key, numbers)
    return ""


def spell(word: str, path: Path) -> str:
    """Return how one array of a nested variable is written.

    >>> spell("x", ("a", 1))
    "x['a'][1]"
    """
    places = map("[{!r}]".format, path)
    return word + "".join(places)


def has_keys(paths: Sequence[Path]) -> bool:
    """Tell whether arrays stand in a dict.

    >>> has_keys([("a",), ("b", 0)]), has_keys([(0,), (1,)])
    (True, False)
    """
    # the path of an array alone is empty
    return any(path and isinstance(path[0], str) for path in paths)


def spell_all(paths: Sequence[Path], words: Sequence[str]) -> str:
    """Return how a nested value is written, of one word for each of its arrays.

    >>> spell_all([("a", 0), ("a", 1), ("b",)], ["one", "two", "three"])
    "{'a': [one, two], 'b': three}"
    """
    # an array that stands in nothing
    if list(paths) == [()]:
        return words[0]
    is_dict = has_keys(paths)
    parts: list[str] = []
    pairs = zip(paths, words, strict=True)
    # arrays under one key, or number, stand side by side in the order of Keras
    for key, group in groupby(pairs, key=lambda pair: pair[0][0]):
        inner_paths, inner_words = zip(*group, strict=True)
        below = [path[1:] for path in inner_paths]
        text = spell_all(below, inner_words)
        if is_dict:
            text = f"{key!r}: {text}"
        parts.append(text)
    joined = ", ".join(parts)
    if is_dict:
        return f"{{{joined}}}"
    return f"[{joined}]"
