"""The catalogue of mistakes: one TOML file each in ``catalogue``, which feeds ``explain``, the pages and the tests."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from unrolled.explanations.patterns import Wording

#: the chapters of the error pages, in their order
TOPICS = (
    "Shape of x",
    "Shape of y",
    "Layers that do not fit together",
    "States",
    "Masks and padding",
    "Values and dtypes",
    "Saving and loading",
    "From Keras 1 and 2",
)


@dataclass(frozen=True)
class Cause:
    """One way to make a mistake, and the way out.

    text: what was done. fix: what to do instead. script: makes the mistake. remedy: the script, mended.
    when: for placeholders of the message a regular expression; where all are found, this cause is the likeliest.
    Several placeholders may be named, with a space between: their values are searched so, for two that must agree.
    line: the line of the remedy that makes the difference, ``""`` where it takes more than one.
    """

    text: str
    fix: str
    script: str
    remedy: str
    when: Mapping[str, str] = field(default_factory=dict)
    line: str = ""

    def is_likely(self, values: Mapping[str, str]) -> bool:
        """Tell whether the numbers and names of a message point to this cause."""
        named = (
            (" ".join(values.get(name, "") for name in names.split()), p)
            for names, p in self.when.items()
        )
        return bool(self.when) and all(re.search(p, found) for found, p in named)


@dataclass(frozen=True)
class Mistake:
    """One entry of the catalogue.

    name: of its file and its page. heading: the part of the message that people search for, or for a silent one
    what is seen. title: the same in plain words. silent: Keras raises nothing. what: what happened, a template of
    the message's own numbers. takes, got: the shapes to set side by side, as templates; empty where it is not
    about shapes. see: pages that tell more. exclusive: the message itself tells the causes apart, so that those it
    does not point to are left out.
    """

    name: str
    heading: str
    title: str
    topic: str
    what: str
    causes: tuple[Cause, ...]
    wordings: tuple[Wording, ...] = ()
    silent: bool = False
    takes: str = ""
    got: str = ""
    see: tuple[str, ...] = ()
    exclusive: bool = False

    def ordered(self, values: Mapping[str, str]) -> tuple[Cause, ...]:
        """Return the causes, those first that the numbers and names of a message point to."""
        likely = [cause for cause in self.causes if cause.is_likely(values)]
        plain = [cause for cause in self.causes if not cause.when]
        if self.exclusive and (likely or plain):
            return tuple(likely or plain)
        return (*likely, *(cause for cause in self.causes if cause not in likely))


def read_mistake(name: str, text: str) -> Mistake:
    """Return the entry that a TOML text holds. Raises TypeError for a key that no entry has."""
    raw: dict[str, Any] = tomllib.loads(text)
    causes = tuple(Cause(**{k: _tidy(v) for k, v in cause.items()}) for cause in raw.pop("cause"))
    wordings = tuple(Wording(**wording) for wording in raw.pop("wording", ()))
    raw["see"] = tuple(raw.get("see", ()))
    return Mistake(
        name=name, causes=causes, wordings=wordings, **{k: _tidy(v) for k, v in raw.items()}
    )


@cache
def catalogue() -> Mapping[str, Mistake]:
    """Return every entry by its name, in the order of the topics and then of the names."""
    folder = files("unrolled.explanations") / "catalogue"
    found = [
        read_mistake(f.name[:-5], f.read_text("utf-8"))
        for f in folder.iterdir()
        if f.name.endswith(".toml")
    ]
    return {
        m.name: m for m in sorted(found, key=lambda m: (TOPICS.index(m.topic), m.silent, m.name))
    }


def _tidy(value: Any) -> Any:
    """Return a text without the line breaks around it, which TOML's long strings have."""
    return value.strip("\n") if isinstance(value, str) else value
