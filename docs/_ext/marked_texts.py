"""Texts as Markdown: code that keeps its quotes, underscores and stars, cells, quoted texts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from blocks import code

from unrolled.explanations.patterns import fill

_INSIDE = r"\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)"
#: what is code in a sentence: a call, an argument with its value, a name with a dot or an
#: underscore, a dict, a list of strings
_CODE = (
    rf"[A-Za-z_][\w.]*{_INSIDE}(?:{_INSIDE}|\[[^\]]*\]|\.\w+)*",
    rf"[A-Za-z_]\w*=(?:\[[^\]]*\]|\{{[^}}]*\}}|{_INSIDE}|\"[^\"]*\"|'[^']*'|[\w.-]*\w)",
    rf"\.?\w+(?:\.\w+)+(?:\[[^\]]*\]|\.\w+|{_INSIDE})*",
    r"\w*_\w*",
    r"\{[^{}]*:[^{}]*\}",
    r"\[[^\[\]]*[\"'][^\[\]]*\]",
)
_WORDS = re.compile(r"[A-Za-z]+\([A-Za-z]\)|\d+(?:\.\d+)*|e\.g|i\.e")
#: what is a mark in Markdown where it stands between words
_SPECIAL = re.compile(r"([*_<\\])")
#: what Markdown or its typographic quotes would change in a value
_CHANGED = re.compile(r"[*_<>\"'`\\{}]")


def prose(template: str, values: Mapping[str, str] | None = None) -> str:
    """Return a sentence whose code is marked as code, with the values of a message filled in.

    >>> prose("Call super().__init__() first.")
    'Call `super().__init__()` first.'
    >>> prose("y is {shape}, each {star} is one array", {"shape": "(3, 4)", "star": "*"})
    'y is (3, 4), each `*` is one array'
    """
    kept = values or {}
    # the plain values need no marks
    changed = set(filter(_CHANGED.search, kept.values()))
    # what is marked already stays as it is
    choices = ["`[^`]*`"]
    # the longest first: one value may begin as another
    for value in sorted(changed, key=len, reverse=True):
        # not the name of a call, which is code as a whole
        plain = re.escape(value)
        alone = rf"{plain}(?!\()"
        choices.append(alone)
    pattern = re.compile("|".join([*choices, *_CODE]))
    text = fill(template, kept)
    marked = ""
    start = 0
    for match in pattern.finditer(text):
        words = text[start : match.start()]
        marked += _SPECIAL.sub(r"\\\1", words)
        start = match.end()
        found = match[0]
        # numbers and a few words look like code
        is_as_meant = found.startswith("`") or _WORDS.fullmatch(found)
        marked += found if is_as_meant else code(found)
    words = text[start:]
    return marked + _SPECIAL.sub(r"\\\1", words)


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
