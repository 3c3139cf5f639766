"""What check found: the problems, most serious first, as text, as HTML and as an exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from itertools import starmap
from textwrap import fill as wrap

from unrolled.explanations.mistakes import catalogue
from unrolled.model_io.findings import Finding

LEVELS = ("raises", "wrong", "doubt")

#: what each level means to the reader
MEANINGS = {
    "raises": "Keras stops with an error",
    "wrong": "Keras raises nothing, and computes what nobody means",
    "doubt": "Keras raises nothing, and this is seldom meant",
}
_WIDTH = 100
_HEAD = 11  # characters in front of the text of each part
_CODE = ("fix", "example")  # the parts that are Python code
_WORD_STYLE = "text-align: left; padding-right: 1em"
_TABLE_STYLE = (
    "color: inherit; background: none; border-left: 2px solid currentColor"
)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One problem of a model with its data.

    Attributes
    ----------
    mistake : str
        The name of its entry in the catalogue, which is its page.
    level : str
        ``raises``: Keras stops with an error. ``wrong``: Keras continues, and computes what nobody
        means. ``doubt``: right in rare cases.
    title : str
        In one line.
    expected, came : str
        What the model takes and what was given, axis by axis, with names.
    why : str
        Why it matters.
    fix : str
        Python code. It fixes the problem when it is run after the lines that made ``model``, ``x``
        and ``y``, with ``keras``, ``numpy as np`` and ``unrolled`` imported. Where the model has to
        change, it makes another one and says what to write where the model is built.
    fix_is_example : bool
        Whether the fix only shows how such a line is written: it needs a decision of yours, or an
        edit where the model is built or trained.

    Examples
    --------
    >>> import keras, numpy as np, unrolled
    >>> layers = [keras.layers.LSTM(8), keras.layers.Dense(1)]
    >>> model = keras.Sequential([keras.Input((20, 4)), *layers])
    >>> x, y = np.zeros((32, 4, 20)), np.arange(32.0)
    >>> problem = unrolled.check(model, x, y, loss="mse").problems[0]
    >>> problem.level, problem.expected, problem.came
    ('raises', '(batch, timesteps 20, features 4)', '(batch 32, timesteps 4, features 20)')
    >>> exec(problem.fix)
    >>> x.shape
    (32, 20, 4)
    """

    mistake: str
    level: str
    title: str
    expected: str
    came: str
    why: str
    fix: str
    fix_is_example: bool = False

    @property
    def page(self) -> str:
        """The page of the site on this mistake, as a path.

        Empty where the catalogue has no entry of its name yet.
        """
        # a rule may be written before its entry
        if self.mistake not in catalogue():
            return ""
        return f"errors/{self.mistake}.html"

    @property
    def parts(self) -> tuple[tuple[str, str], ...]:
        """What is said of it, each with its word."""
        word = "fix"
        if self.fix_is_example:
            word = "example"
        parts = [
            ("expected", self.expected),
            ("came", self.came),
            ("why", self.why),
            (word, self.fix),
        ]
        if self.page:
            parts.append(("more", self.page))
        return tuple(parts)

    def __str__(self) -> str:
        sentence = f"{self.title}. {MEANINGS[self.level]}."
        head = wrap(sentence, _WIDTH, subsequent_indent="  ")
        parts = starmap(_part, self.parts)
        return "\n".join([head, *parts])


def from_finding(finding: Finding, level: str) -> Problem:
    """Return the problem that a finding is."""
    return Problem(
        mistake=finding.code,
        level=level,
        title=finding.title,
        expected=finding.expected,
        came=finding.came,
        why=finding.why,
        fix=finding.fix,
        fix_is_example=finding.fix_is_example,
    )


@dataclass(frozen=True)
class Report:
    """What :func:`unrolled.check` found. True where nothing is wrong.

    Attributes
    ----------
    problems : tuple of Problem
        The most serious first.
    summary : str
        What was looked at, in one line.

    Examples
    --------
    >>> import keras, numpy as np, unrolled
    >>> layers = [keras.layers.LSTM(8), keras.layers.Dense(1)]
    >>> model = keras.Sequential([keras.Input((20, 4)), *layers], name="m")
    >>> report = unrolled.check(model, np.zeros((32, 20, 4)), np.arange(32.0), loss="mse")
    >>> print(report)
    The model 'm' with x (32, 20, 4), y (32,): nothing to say against it.
    >>> bool(report), report.exit_code, report.problems
    (True, 0, ())
    """

    problems: tuple[Problem, ...] = ()
    summary: str = ""

    @property
    def ok(self) -> bool:
        """Whether the data fit: no problem that raises or computes something else.

        A doubt does not count.
        """
        levels = {problem.level for problem in self.problems}
        return levels <= {"doubt"}

    @property
    def exit_code(self) -> int:
        """0 where the data fit, 1 where they do not."""
        return int(not self.ok)

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        blocks = [wrap(self._first_line, _WIDTH)]
        for number, problem in enumerate(self.problems, 1):
            blocks.append(f"{number}. {problem}")
        return "\n\n".join(blocks)

    def _repr_html_(self) -> str:
        head = f"<p>{escape(self._first_line)}</p>"
        body = ""
        if self.problems:
            items = "".join(map(_item, self.problems))
            body = f"<ol>{items}</ol>"
        return (
            f'<div style="color: inherit; background: none">{head}{body}</div>'
        )

    @property
    def _first_line(self) -> str:
        """What was looked at, and how many problems of each level there are."""
        # the levels in their own order, also of a report that was made by hand
        counts = Counter(problem.level for problem in self.problems)
        words: list[str] = []
        for level in LEVELS:
            count = counts[level]
            word = _WORDS[level][count != 1]
            if count > 0:
                words.append(f"{count} {word}")
        found = "nothing to say against it"
        if words:
            found = ", ".join(words)
        return f"{self.summary}: {found}."


_WORDS = {
    "raises": ("error", "errors"),
    "wrong": ("silent mistake", "silent mistakes"),
    "doubt": ("doubt", "doubts"),
}


def make_report(problems: Iterable[Problem], summary: str = "") -> Report:
    """Return a report with the most serious problem first, each once.

    >>> words = dict(title="T", expected="a", came="b", why="w", fix="f")
    >>> levels = ("doubt", "wrong", "raises", "doubt")
    >>> found = [Problem(mistake=level, level=level, **words) for level in levels]
    >>> [p.level for p in make_report(found).problems]
    ['raises', 'wrong', 'doubt']
    """
    once = dict.fromkeys(problems)
    # problems of one level stay in the order of the rules
    ordered = sorted(once, key=lambda p: LEVELS.index(p.level))
    return Report(tuple(ordered), summary)


def _part(word: str, text: str) -> str:
    """Return one part under its word; code keeps its lines."""
    # the words stand below each other, and so do the texts
    head = f"   {word}:".ljust(_HEAD + 3)
    indent = " " * len(head)
    # the lines of code are not broken: they are there to be copied
    if word in _CODE:
        return head + text.replace("\n", "\n" + indent)
    return wrap(
        text,
        _WIDTH,
        initial_indent=head,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )


def _item(problem: Problem) -> str:
    """Return a problem as HTML; the colour is the page's own, light or dark."""
    head = f"<strong>{escape(problem.title)}.</strong> {escape(MEANINGS[problem.level])}."
    rows: list[str] = []
    for word, text in problem.parts:
        shown = escape(text)
        if word in _CODE:
            shown = f"<code>{shown}</code>"
        rows.append(
            f'<tr><th scope="row" style="{_WORD_STYLE}">{word}</th>'
            f'<td style="text-align: left">{shown}</td></tr>'
        )
    body = "".join(rows)
    return f'<li>{head}<table style="{_TABLE_STYLE}"><tbody>{body}</tbody></table></li>'
