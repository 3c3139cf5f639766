"""The catalogue of mistakes: one TOML file each in ``catalogue``, with what ``explain`` says of it.

The scripts that make the mistakes, and those that fix them, belong to the site (docs/_entries).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import filterfalse
from operator import attrgetter, methodcaller
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

    Attributes
    ----------
    text : str
        What was done, a template of the message's own numbers.
    fix : str
        What to do instead, a template too.
    when : mapping of str to str
        For placeholders of the message a regular expression; where all are found, this cause is the
        likeliest. Several placeholders may be named, with a space between: their values are
        searched as one text, for two that must agree.
    line : str
        The line of code that makes the difference; empty where it takes more than one.
    name : str
        The same as ``text`` in a few words; empty where ``text`` is short itself.

    Code in ``text``, ``fix`` and ``name`` is in backticks.

    Examples
    --------
    >>> cause = catalogue()["expected-ndim-3-found-ndim-2"].causes[0]
    >>> cause.is_likely({})
    False
    """

    text: str
    fix: str
    when: Mapping[str, str] = field(default_factory=dict)
    line: str = ""
    name: str = ""

    @property
    def heading(self) -> str:
        """The cause in a few words, a template too."""
        # a short text needs no name
        if self.name:
            return self.name
        return self.text.removesuffix(".")

    def is_likely(self, values: Mapping[str, str]) -> bool:
        """Return whether the numbers and names of a message point to this cause."""
        for names, pattern in self.when.items():
            # an older wording, or a part of a message, tells less: what is missing is empty
            found = [values.get(name, "") for name in names.split()]
            text = " ".join(found)
            if not re.search(pattern, text):
                return False
        # a cause without conditions is no likelier than another
        return bool(self.when)


@dataclass(frozen=True)
class Mistake:
    """One entry of the catalogue.

    Attributes
    ----------
    name : str
        The name of its file and of its page.
    heading : str
        The part of the message that people search for; of a silent mistake what is seen.
    title : str
        The same in plain words.
    topic : str
        One of ``TOPICS``.
    what : str
        What happened, a template of the message's own numbers.
    causes : tuple of Cause
        The most frequent first.
    wordings : tuple of Wording
        How each version words the message.
    silent : bool
        Whether Keras raises nothing.
    exclusive : bool
        Whether the message itself shows which cause it is, so that the causes it does not point to
        are left out.

    Code in ``title``, ``what`` and a silent ``heading`` is in backticks.

    Examples
    --------
    >>> mistake = catalogue()["expected-ndim-3-found-ndim-2"]
    >>> mistake.topic, mistake.silent
    ('Shape of x', False)
    """

    name: str
    heading: str
    title: str
    topic: str
    what: str
    causes: tuple[Cause, ...]
    wordings: tuple[Wording, ...] = ()
    silent: bool = False
    exclusive: bool = False

    def ordered(self, values: Mapping[str, str]) -> tuple[Cause, ...]:
        """Return the causes, those first that the numbers and names of a message point to."""
        is_likely = methodcaller("is_likely", values)
        likely = tuple(filter(is_likely, self.causes))
        others = tuple(filterfalse(is_likely, self.causes))
        if not self.exclusive:
            return likely + others
        # a cause without conditions stands for all that the others do not tell
        has_conditions = attrgetter("when")
        plain = tuple(filterfalse(has_conditions, others))
        return likely or plain or others


def read_mistake(name: str, text: str) -> Mistake:
    """Return the entry that a TOML text holds. Raises TypeError for a key that no entry has."""
    raw: dict[str, Any] = tomllib.loads(text)
    # the classes refuse a key that they do not have
    causes: list[Cause] = []
    for table in raw.pop("cause"):
        tidy = _tidy(table)
        causes.append(Cause(**tidy))
    # a silent mistake has none
    wordings = [Wording(**table) for table in raw.pop("wording", ())]
    return Mistake(
        name=name,
        causes=tuple(causes),
        wordings=tuple(wordings),
        **_tidy(raw),
    )


@cache
def catalogue() -> Mapping[str, Mistake]:
    """Return every entry by its name, in the order of the topics and then of the names."""
    # not every installed package is a folder of files: it may be a zip
    folder = files("unrolled.explanations") / "catalogue"
    entries: dict[str, Mistake] = {}
    for path in folder.iterdir():
        name, _, ending = path.name.rpartition(".")
        if ending == "toml":
            text = path.read_text("utf-8")
            entries[name] = read_mistake(name, text)

    def place(entry: tuple[str, Mistake]) -> tuple[int, bool, str]:
        name, mistake = entry
        topic = TOPICS.index(mistake.topic)
        # in a topic those come first that Keras has a message for
        return topic, mistake.silent, name

    in_order = sorted(entries.items(), key=place)
    return dict(in_order)


def _tidy(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table without the line breaks around its texts, which TOML's long strings have."""
    tidy = dict(table)
    # what is left as it is: switches, and tables in this table
    for key, value in table.items():
        if isinstance(value, str):
            tidy[key] = value.strip("\n")
    return tidy
