"""Texts as Markdown: code that keeps its quotes, underscores and stars, cells, quoted texts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from blocks import code

from unrolled.explanations.patterns import fill

#: what Markdown or its typographic quotes would change in a value
_CHANGED = re.compile(r"[*_<>\"'`\\{}]")


def prose(template: str, values: Mapping[str, str] | None = None) -> str:
    """Return a sentence as Markdown, with the values of a message filled in.

    What stands in backticks is code; so is a value that Markdown would change.

    >>> prose("Call `super().__init__()` first, {name}.", {"name": "my_net"})
    'Call `super().__init__()` first, `my_net`.'
    >>> prose("y is {shape}, each {star} is one array", {"shape": "(3, 4)", "star": "*"})
    'y is (3, 4), each `*` is one array'
    """
    kept = values or {}
    # the plain values need no marks
    changed = set(filter(_CHANGED.search, kept.values()))
    longest_first = sorted(changed, key=len, reverse=True)
    choices = ["`[^`]*`", *map(re.escape, longest_first)]
    pattern = re.compile("|".join(choices))
    text = fill(template, kept)
    marked = ""
    start = 0
    for match in pattern.finditer(text):
        words = text[start : match.start()]
        marked += _escaped(words) + _marked(match[0])
        start = match.end()
    return marked + _escaped(text[start:])


def _marked(text: str) -> str:
    """Return a piece of code in backticks, unless it has them."""
    if text.startswith("`"):
        return text
    return code(text)


def _escaped(text: str) -> str:
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
