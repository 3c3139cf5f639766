"""The words behind the ids that a layer of a model looks up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from unrolled.plain_text import printable_line


def read_vocabularies(model: Any) -> dict[str, tuple[str, ...]]:
    """Return the words of each TextVectorization and StringLookup, by the name of the layer.

    A layer that was not adapted has no words.
    """
    found: dict[str, tuple[str, ...]] = {}
    for layer in _walk(model):
        if hasattr(layer, "get_vocabulary"):
            words = map(str, layer.get_vocabulary())
            found[layer.name] = tuple(map(printable_line, words))
    return found


def _walk(model: Any) -> Iterator[Any]:
    """Yield the layers of a model, and those of models inside it."""
    for layer in getattr(model, "layers", ()):
        yield layer
        yield from _walk(layer)
