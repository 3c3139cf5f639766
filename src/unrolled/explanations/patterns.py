"""Error texts as templates: ``expected ndim=3, found ndim={found:int}`` finds a message and its numbers in any text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

#: what a placeholder of a kind may stand for: ``{shape:shape}``; without a kind any text, but never without an end:
#: a pasted text may be long, and repeat itself
KINDS: Mapping[str, str] = {
    "int": r"-?\d+",
    "ints": r"\d+(?:, \d+)*",
    "name": r"[\w./:<>-]+",
    "shape": r"(?:\([^()]*\)|\[[^\[\]]*\])",
    "value": r"(?:\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|<[^<>]*>|'[^']*'|[^\s,()\[\]{}<>']+)",
    "dict": r"\{[^{}]*\}",
    "cell": r"\w+Cell",
    "": r".{1,300}?",
}
_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
_QUOTES = "'\"`\u2018\u2019\u201c\u201d"


@dataclass(frozen=True)
class Wording:
    """One wording of a message.

    era: who says it so: ``Keras 3.15``, ``Keras 2``, ``TensorFlow`` ... text: the template. example: a value for each
    placeholder, for an era that cannot be run here.
    """

    era: str
    text: str
    example: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The template as a regular expression that takes any kind of quotes and any room between words."""
        parts, start, seen = [], 0, set[str]()
        for place in _PLACE.finditer(self.text):
            parts.append(_literal(self.text[start : place.start()]))
            name, kind = place[1], KINDS[place[2] or ""]
            parts.append(f"(?P={name})" if name in seen else f"(?P<{name}>{kind})")
            seen.add(name)
            start = place.end()
        return re.compile("".join([*parts, _literal(self.text[start:])]), re.IGNORECASE | re.DOTALL)

    @cached_property
    def needle(self) -> str:
        """The longest fixed part, in small letters: a text without it needs no search."""
        parts = re.split(rf"\{{\w+(?::\w+)?\}}|[{_QUOTES}]", self.text)
        return max((" ".join(part.split()) for part in parts), key=len).lower()

    @property
    def weight(self) -> int:
        """How many letters it fixes: of two wordings that both are found the heavier one tells more."""
        return len(_PLACE.sub("", self.text))

    def filled(self) -> str:
        """Return the text with its example in place.

        >>> Wording("Keras 2", "expected {layer:name} to have 3 dimensions", {"layer": "lstm_1"}).filled()
        'expected lstm_1 to have 3 dimensions'
        """
        return fill(self.text, self.example)


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return a text with its placeholders filled; ``[[ ... ]]`` goes where a placeholder inside has no value.

    >>> fill("got {found} axes[[: {shape}]].", {"found": "2", "shape": "(3, 10)"})
    'got 2 axes: (3, 10).'
    >>> fill("got {found} axes[[: {shape}]].", {"found": "2"})
    'got 2 axes.'
    """
    kept = re.sub(
        r"\[\[(.*?)\]\]",
        lambda part: part[1] if all(p[1] in values for p in _PLACE.finditer(part[1])) else "",
        template,
        flags=re.DOTALL,
    )
    return _PLACE.sub(lambda place: values[place[1]], kept)


def fits(template: str, values: Mapping[str, str]) -> bool:
    """Tell whether every placeholder outside of ``[[ ... ]]`` has a value.

    >>> fits("got {found} axes[[: {shape}]].", {"found": "2"}), fits("got {found} axes.", {})
    (True, False)
    """
    needed = re.sub(r"\[\[.*?\]\]", "", template, flags=re.DOTALL)
    return all(place[1] in values for place in _PLACE.finditer(needed))


def cleaned(text: str) -> str:
    r"""Return a pasted text in one line: no colours of a terminal, no line breaks, no frames of a traceback.

    >>> cleaned("\x1b[1mInput 0 of layer\x1b[0m\n   'lstm'")
    "Input 0 of layer 'lstm'"
    """
    plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]|\[[0-9;]*m(?=\S)|\[0m", "", text)
    lines = [re.sub(r"^\s*[│╰╭>]+", "", line).rstrip(" \t│╮╯") for line in plain.splitlines()]
    return " ".join(" ".join(lines).split())


def _literal(text: str) -> str:
    """Return the pattern of a fixed part of a template."""
    return "".join(
        rf"[{_QUOTES}]"
        if part in _QUOTES and part
        else r"\s+"
        if part.isspace()
        else re.escape(part)
        for part in re.split(rf"(\s+|[{_QUOTES}])", text)
    )
