"""Error texts as templates: ``found ndim={found:int}`` finds a message and its number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html import escape

# What one placeholder may stand for ends here: a pasted text may be long and repeat itself, and a
# pattern without an end would be tried from each of its characters to the last one.
_LONGEST = 2_000
_BRACKETS = rf"\([^()]{{0,{_LONGEST}}}\)|\[[^\[\]]{{0,{_LONGEST}}}\]"
_DICT = rf"\{{[^{{}}]{{0,{_LONGEST}}}\}}"

#: the kinds of placeholders, such as ``{x:shape}``, as regular expressions; "": any text
KINDS: Mapping[str, str] = {
    "int": r"-?\d{1,40}",
    "ints": r"\d{1,40}(?:, \d{1,40}){0,40}",
    "name": r"[\w./:<>-]{1,200}",
    "shape": rf"(?:{_BRACKETS})",
    "value": rf"(?:{_BRACKETS}|{_DICT}|<[^<>]{{0,{_LONGEST}}}>|'[^']{{0,{_LONGEST}}}'"
    r"|[^\s,()\[\]{}<>']{1,300})",
    "dict": _DICT,
    "cell": r"\w{1,200}Cell",
    "": r".{1,300}?",
}
_PLACEHOLDER = re.compile(r"\{(\w+)(?::(\w+))?\}")
_OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_QUOTES = "'\"`\u2018\u2019\u201c\u201d"
_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|\[[0-9;]*m(?=\S)|\[0m")


@dataclass(frozen=True)
class Wording:
    """One wording of a message.

    Attributes
    ----------
    era : str
        Who says it so: ``Keras 3.15``, ``Keras 2``, ``TensorFlow`` ...
    text : str
        The template.
    example : Mapping[str, str]
        A value for each placeholder, for an era that cannot be run here.

    Examples
    --------
    >>> wording = Wording("Keras 3.15", "expected ndim={takes:int}, found ndim={found:int}")
    >>> wording.find("Input 0 of layer lstm: expected ndim=3, found ndim=2").groupdict()
    {'takes': '3', 'found': '2'}
    """

    era: str
    text: str
    example: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The template as a regular expression that takes any quotes and any room between words."""
        parts: list[str] = []
        start = 0
        names = set[str]()
        # what stands between two placeholders is fixed
        for match in _PLACEHOLDER.finditer(self.text):
            literal = self.text[start : match.start()]
            parts.append(_literal_pattern(literal))
            name, kind = match.groups(default="")
            if name in names:
                # a second placeholder of a name stands for the same text again
                parts.append(f"(?P={name})")
            else:
                parts.append(f"(?P<{name}>{KINDS[kind]})")
            names.add(name)
            start = match.end()
        rest = self.text[start:]
        parts.append(_literal_pattern(rest))
        return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)

    @cached_property
    def needle(self) -> str:
        """The longest fixed part, in small letters: a text without it needs no search."""
        parts = re.split(rf"\{{\w+(?::\w+)?\}}|[{_QUOTES}]", self.text)
        # as the cleaned text has it: one space between two words
        plain = [" ".join(part.split()) for part in parts]
        longest = max(plain, key=len)
        return longest.lower()

    @property
    def weight(self) -> int:
        """How many letters it fixes: of two wordings that both match, the heavier one says more."""
        fixed = _PLACEHOLDER.sub("", self.text)
        return len(fixed)

    def find(self, text: str, small: str = "") -> re.Match[str] | None:
        """Return the last match in a text from :func:`clean_text`, None where there is none.

        ``small`` is the text from :func:`small_letters`: who asks many wordings makes it once.
        """
        if not small:
            small = small_letters(text)
        windows = self._windows(small)
        # the last line of a traceback says most, so the text is read from its end
        for start, end in reversed(windows):
            matches = list(self.pattern.finditer(text, start, end))
            if matches:
                return matches[-1]
        return None

    def filled(self) -> str:
        """Return the text with its example in place.

        >>> Wording("Keras 2", "expected {layer:name} to have 3 axes", {"layer": "lstm"}).filled()
        'expected lstm to have 3 axes'
        """
        return fill(self.text, self.example)

    def _windows(self, small: str) -> list[tuple[int, int]]:
        """Return from where to where a match can lie: around a needle, as far as it can reach."""
        count = len(_PLACEHOLDER.findall(self.text))
        # a text of _LONGEST letters stands between two brackets
        reach = len(self.text) + (_LONGEST + 2) * count
        windows: list[tuple[int, int]] = []
        for needle in re.finditer(re.escape(self.needle), small):
            start = max(0, needle.start() - reach)
            end = needle.end() + reach
            # windows that meet become one, so that no text is searched twice
            if windows and start <= windows[-1][1]:
                start, _ = windows.pop()
            windows.append((start, end))
        return windows


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return a text with its placeholders filled, without each ``[[ ... ]]`` that lacks a value.

    >>> fill("got {found} axes[[: {shape}]].", {"found": "2", "shape": "(3, 10)"})
    'got 2 axes: (3, 10).'
    >>> fill("got {found} axes[[: {shape}]].", {"found": "2"})
    'got 2 axes.'
    """

    def keep_or_drop(optional: re.Match[str]) -> str:
        part = optional[1]
        if can_fill(part, values):
            return part
        return ""

    def value_of(placeholder: re.Match[str]) -> str:
        name = placeholder[1]
        return values[name]

    # the optional parts first: what is dropped needs no values
    whole = _OPTIONAL.sub(keep_or_drop, template)
    return _PLACEHOLDER.sub(value_of, whole)


def plain_text(marked: str) -> str:
    """Return a text of the catalogue without the backticks around its code.

    >>> plain_text("Call `super().__init__()` first.")
    'Call super().__init__() first.'
    """
    mark = "`"
    return marked.replace(mark, "")


def html_text(marked: str) -> str:
    """Return a text of the catalogue as HTML, its code as code.

    >>> html_text("Pass `x < 2` & go.")
    'Pass <code>x &lt; 2</code> &amp; go.'
    """
    escaped = escape(marked)
    in_backticks = r"`([^`]+)`"
    as_code = r"<code>\1</code>"
    return re.sub(in_backticks, as_code, escaped)


def can_fill(template: str, values: Mapping[str, str]) -> bool:
    """Return whether every placeholder outside of ``[[ ... ]]`` has a value.

    >>> can_fill("got {found} axes[[: {shape}]].", {"found": "2"})
    True
    >>> can_fill("got {found} axes.", {})
    False
    """
    needed = _OPTIONAL.sub("", template)
    names = dict(_PLACEHOLDER.findall(needed))
    return all(map(values.__contains__, names))


def clean_text(text: str) -> str:
    r"""Return a pasted text in one line: without colours of a terminal, line breaks and frames.

    >>> clean_text("\x1b[1mInput 0 of layer\x1b[0m\n   'lstm'")
    "Input 0 of layer 'lstm'"
    """
    plain = _ESCAPES.sub("", text)
    lines: list[str] = []
    # a notebook frames a traceback, a mail sets > before each of its lines
    for line in plain.splitlines():
        unframed = re.sub(r"^\s*[│╰╭>]+", "", line)
        lines.append(unframed.rstrip(" \t│╮╯"))
    words = " ".join(lines).split()
    return " ".join(words)


def small_letters(text: str) -> str:
    """Return a text in small letters, each where it was: of all letters only İ has two small ones.

    >>> len("İ".lower()), small_letters("İ of layer LSTM")
    (2, 'i of layer lstm')
    """
    return text.replace("İ", "i").lower()


def _literal_pattern(text: str) -> str:
    """Return the pattern of a fixed part of a template."""
    pattern = re.escape(text)
    # pasted text may break its lines elsewhere, and each version has quotes of its own
    pattern = re.sub(r"(?:\\?\s)+", r"\\s+", pattern)
    any_quote = f"[{_QUOTES}]"
    return re.sub(any_quote, any_quote, pattern)
