"""What check found: the problems, most serious first, as text, as HTML and as an exit code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from textwrap import fill as wrap

from unrolled.explanations.mistakes import catalogue

LEVELS = ("raises", "wrong", "doubt")

#: what each level means to the reader
MEANINGS = {
    "raises": "Keras stops with an error",
    "wrong": "Keras raises nothing, and computes what nobody means",
    "doubt": "Keras raises nothing, and this is seldom meant",
}
_WIDTH = 100
_HEAD = 11  # characters in front of the text of each part


@dataclass(frozen=True)
class Problem:
    """One problem of a model with its data.

    mistake: the name of its entry in the catalogue, which is its page. level: ``raises`` (Keras stops with an error),
    ``wrong`` (Keras goes on, and computes what nobody means) or ``doubt`` (right in rare cases). title: in one line.
    expected, came: axis by axis, with names. why: why it matters. fix: the line that mends it.
    """

    mistake: str
    level: str
    title: str
    expected: str
    came: str
    why: str
    fix: str

    @property
    def page(self) -> str:
        """The page of the site on this mistake, as a path; empty where the catalogue has no entry of its name yet."""
        return f"errors/{self.mistake}.html" if self.mistake in catalogue() else ""

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """What is told of it, each with its word."""
        return (
            ("expected", self.expected),
            ("came", self.came),
            ("why", self.why),
            ("fix", self.fix),
            *([("more", self.page)] if self.page else []),
        )

    def __str__(self) -> str:
        head = wrap(f"{self.title}. {MEANINGS[self.level]}.", _WIDTH, subsequent_indent="  ")
        return "\n".join([head, *(_part(word, text) for word, text in self.parts)])


@dataclass(frozen=True)
class Report:
    """What :func:`unrolled.check` found. True where nothing is wrong.

    problems: the most serious first. subject: what was looked at, in one line.
    """

    problems: tuple[Problem, ...] = ()
    subject: str = ""

    @property
    def ok(self) -> bool:
        """Whether the data fit: no problem that raises or computes something else. A doubt does not count."""
        return all(p.level == "doubt" for p in self.problems)

    @property
    def exit_code(self) -> int:
        """0 where the data fit, 1 where they do not."""
        return int(not self.ok)

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        blocks = (f"{number}. {problem}" for number, problem in enumerate(self.problems, 1))
        return "\n\n".join([wrap(self._summary, _WIDTH), *blocks])

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{_item(p)}</li>" for p in self.problems)
        body = f"<ol>{items}</ol>" if items else ""
        return f'<div style="color: inherit; background: none"><p>{escape(self._summary)}</p>{body}</div>'

    @property
    def _summary(self) -> str:
        """The first line: how many there are of each level."""
        counts = [(sum(p.level == level for p in self.problems), level) for level in LEVELS]
        told = ", ".join(f"{count} {_WORDS[level][count != 1]}" for count, level in counts if count)
        return f"{self.subject}: {told or 'nothing to say against it'}."


_WORDS = {
    "raises": ("error", "errors"),
    "wrong": ("silent mistake", "silent mistakes"),
    "doubt": ("doubt", "doubts"),
}


def make_report(problems: Iterable[Problem], subject: str = "") -> Report:
    """Return a report with the most serious problem first, each told once."""
    once = dict.fromkeys(problems)
    return Report(tuple(sorted(once, key=lambda p: LEVELS.index(p.level))), subject)


def _part(word: str, text: str) -> str:
    """Return one part under its word; code keeps its lines."""
    head = f"   {word}:".ljust(_HEAD + 3)
    if word == "fix":
        return head + text.replace("\n", "\n" + " " * len(head))
    return wrap(
        text, _WIDTH, initial_indent=head, subsequent_indent=" " * len(head), break_on_hyphens=False
    )


def _item(problem: Problem) -> str:
    """Return a problem as HTML; the colour is the page's own, light or dark."""
    head = f"<strong>{escape(problem.title)}.</strong> {escape(MEANINGS[problem.level])}."
    rows = "".join(
        f'<tr><th scope="row" style="text-align: left; padding-right: 1em">{word}</th>'
        f'<td style="text-align: left">{f"<code>{escape(text)}</code>" if word == "fix" else escape(text)}</td></tr>'
        for word, text in problem.parts
    )
    style = "color: inherit; background: none; border-left: 2px solid currentColor"
    return f'{head}<table style="{style}"><tbody>{rows}</tbody></table>'
