"""Shapes in words, ``(batch 4, timesteps 5, features 2)``, and numbers of things in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

# a size, None where any will do, and the word for it ("" where nobody can know it)
AnyAxis = tuple[int | None, str]

# what ends a shape of so few axes, as Python writes a tuple of none and of one
_CLOSING: Mapping[int, str] = {0: "()", 1: ",)"}
# the plurals that do not end in s alone
_SINGULAR: Mapping[str, str] = {"classes": "class", "batches": "batch"}


@dataclass(frozen=True)
class ShapePart:
    """A part of a shape in words.

    Attributes
    ----------
    text : str
        What is written.
    word : str
        The word of the axis that it belongs to, where there is one.
    kind : str
        ``"word"`` or ``"size"`` of an axis, or ``"between"`` for commas and brackets.
    """

    text: str
    word: str = ""
    kind: str = "between"


def shape_parts(axes: Sequence[AnyAxis]) -> Iterator[ShapePart]:
    """Yield the parts of a shape in words; all of them in a row are the shape.

    >>> [part.text for part in shape_parts([(4, "batch"), (2, "")])]
    ['(', 'batch', ' 4', ', ', '2', ')']
    """
    comma = "("
    for size, word in axes:
        yield ShapePart(comma)
        comma = ", "
        space = ""
        if word:
            yield ShapePart(word, word, "word")
            space = " "
        match size, word:
            case None, "":
                text = "any"
            case None, _:
                # where any size will do, the word says it all
                continue
            case _:
                text = f"{space}{size}"
        yield ShapePart(text, word, "size")
    closing = _CLOSING.get(len(axes), ")")
    yield ShapePart(closing)


def say_shape(axes: Sequence[AnyAxis]) -> str:
    """Return a shape in words: of each axis its word, then its size.

    >>> say_shape([(4, "batch"), (5, "timesteps"), (2, "features")])
    '(batch 4, timesteps 5, features 2)'
    >>> say_shape([(None, "batch"), (1, "units")]), say_shape([(4, "batch")])
    ('(batch, units 1)', '(batch 4,)')
    """
    parts = shape_parts(axes)
    texts = map(attrgetter("text"), parts)
    return "".join(texts)


def say_count(number: int, things: str) -> str:
    """Return how many things there are, in the singular for one. things: in the plural, with s.

    >>> say_count(1, "units"), say_count(2, "units"), say_count(1, "classes")
    ('1 unit', '2 units', '1 class')
    """
    if number != 1:
        return f"{number} {things}"
    regular = things.removesuffix("s")
    thing = _SINGULAR.get(things, regular)
    return f"{number} {thing}"
