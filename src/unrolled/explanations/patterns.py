"""Error texts as templates: ``found ndim={found:int}`` finds a message and its number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

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
        for match in _PLACEHOLDER.finditer(self.text):
            parts.append(_literal_pattern(self.text[start : match.start()]))
            parts.append(_placeholder_pattern(match, names))
            names.add(match[1])
            start = match.end()
        parts.append(_literal_pattern(self.text[start:]))
        return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)

    @cached_property
    def needle(self) -> str:
        """The longest fixed part, in small letters: a text without it needs no search."""
        parts = re.split(rf"\{{\w+(?::\w+)?\}}|[{_QUOTES}]", self.text)
        return max((" ".join(part.split()) for part in parts), key=len).lower()

    @property
    def weight(self) -> int:
        """How many letters it fixes: of two wordings that both match, the heavier one says more."""
        return len(_PLACEHOLDER.sub("", self.text))

    def find(self, text: str, small: str = "") -> re.Match[str] | None:
        """Return the last match in a text from :func:`clean_text`, None where there is none.

        ``small`` is the text from :func:`small_letters`: who asks many wordings makes it once.
        """
        windows = list(self._windows(small or small_letters(text)))
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

    def _windows(self, small: str) -> Iterator[tuple[int, int]]:
        """Yield from where to where a match can lie: around each needle, as far as it can reach."""
        count = len(_PLACEHOLDER.findall(self.text))
        reach = len(self.text) + (_LONGEST + 2) * count
        start = end = 0
        for needle in re.finditer(re.escape(self.needle), small):
            if needle.start() - reach > end:
                if end > 0:
                    yield start, end
                start = needle.start() - reach
            end = needle.end() + reach
        if end > 0:
            yield start, end


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return a text with its placeholders filled, without each ``[[ ... ]]`` that lacks a value.

    >>> fill("got {found} axes[[: {shape}]].", {"found": "2", "shape": "(3, 10)"})
    'got 2 axes: (3, 10).'
    >>> fill("got {found} axes[[: {shape}]].", {"found": "2"})
    'got 2 axes.'
    """

    def fill_optional(match: re.Match[str]) -> str:
        return match[1] if can_fill(match[1], values) else ""

    whole = _OPTIONAL.sub(fill_optional, template)
    return _PLACEHOLDER.sub(lambda match: values[match[1]], whole)


def can_fill(template: str, values: Mapping[str, str]) -> bool:
    """Return whether every placeholder outside of ``[[ ... ]]`` has a value.

    >>> can_fill("got {found} axes[[: {shape}]].", {"found": "2"})
    True
    >>> can_fill("got {found} axes.", {})
    False
    """
    needed = _OPTIONAL.sub("", template)
    return all(match[1] in values for match in _PLACEHOLDER.finditer(needed))


def clean_text(text: str) -> str:
    r"""Return a pasted text in one line: without colours of a terminal, line breaks and frames.

    >>> clean_text("\x1b[1mInput 0 of layer\x1b[0m\n   'lstm'")
    "Input 0 of layer 'lstm'"
    """
    plain = _ESCAPES.sub("", text)
    lines: list[str] = []
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


def _placeholder_pattern(match: re.Match[str], names: set[str]) -> str:
    """Return the pattern of a placeholder; a second one of a name matches the same text again."""
    name, kind = match[1], match[2] or ""
    if name in names:
        return f"(?P={name})"
    return f"(?P<{name}>{KINDS[kind]})"


def _literal_pattern(text: str) -> str:
    """Return the pattern of a fixed part of a template."""
    patterns: list[str] = []
    for part in re.split(rf"(\s+|[{_QUOTES}])", text):
        if part.isspace():
            patterns.append(r"\s+")
        elif part and part in _QUOTES:
            patterns.append(rf"[{_QUOTES}]")
        else:
            patterns.append(re.escape(part))
    return "".join(patterns)
