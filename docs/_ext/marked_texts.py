"""Texts as Markdown: code that keeps its quotes, underscores and stars, cells, quoted texts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from types import MappingProxyType

from blocks import code

from unrolled.explanations.patterns import fill

NO_VALUES: Mapping[str, str] = MappingProxyType({})
#: what Markdown or its typographic quotes would change in a value
_CHANGED = re.compile(r"[*_<>\"'`\\{}]")


def prose(template: str, values: Mapping[str, str] = NO_VALUES) -> str:
    """Return a sentence as Markdown, with the values of a message filled in.

    What stands in backticks is code; so is a value that Markdown would change.

    >>> prose("Call `super().__init__()` first, {name}.", {"name": "my_net"})
    'Call `super().__init__()` first, `my_net`.'
    >>> prose("y is {shape}, each {star} is one array", {"shape": "(3, 4)", "star": "*"})
    'y is (3, 4), each `*` is one array'
    """
    # the plain values need no marks
    changed = set(filter(_CHANGED.search, values.values()))
    # one value may begin as another
    longest_first = sorted(changed, key=len, reverse=True)
    choices = ["`[^`]*`", *map(re.escape, longest_first)]
    either = "|".join(choices)
    pattern = re.compile(either)
    text = fill(template, values)
    marked = ""
    start = 0
    for match in pattern.finditer(text):
        words = text[start : match.start()]
        marked += _escaped(words)
        piece = match[0]
        # what stood in backticks has them
        if not piece.startswith("`"):
            piece = code(piece)
        marked += piece
        start = match.end()
    rest = text[start:]
    return marked + _escaped(rest)


def _escaped(text: str) -> str:
    """Return a text in which Markdown finds neither stress nor HTML."""
    return re.sub(r"([*_<\\])", r"\\\1", text)


def cell(text: str) -> str:
    r"""Return a text that stays in one cell of a Markdown table.

    >>> cell("a | b")
    'a \\| b'
    """
    escaped = text.replace("|", "\\|")
    # a line break would end the row
    return " ".join(escaped.split())


def quoted(text: str) -> str:
    """Return a text as YAML has it, with a colon or without."""
    return json.dumps(text, ensure_ascii=False)


def sentence(text: str) -> str:
    """Return a text with a capital letter."""
    return text[:1].upper() + text[1:]
