"""What an error means: the entry of the catalogue that a message belongs to, told with the message's own numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from textwrap import fill as wrap
from textwrap import indent

from unrolled.explanations.mistakes import Cause, Mistake, catalogue
from unrolled.explanations.patterns import cleaned, fill, fits

_UNKNOWN = (
    "This message is not in the catalogue. Fix: unrolled.check(model, x, y) looks at the model and the data "
    "themselves and says what does not fit."
)
_WIDTH = 100


@dataclass(frozen=True)
class Explanation:
    """What a message means. True where the catalogue knows it.

    mistake: the entry, None for an unknown message. message: the part of the text that was found. values: its names
    and numbers. causes: the likely ones first.
    """

    mistake: Mistake | None = None
    message: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    causes: tuple[Cause, ...] = ()

    def __bool__(self) -> bool:
        return self.mistake is not None

    @property
    def page(self) -> str:
        """The page of the site on this mistake, as a path."""
        return "" if self.mistake is None else f"errors/{self.mistake.name}.html"

    @property
    def what(self) -> str:
        """What happened, in one or two sentences; of a part of a message without its numbers, in one."""
        if self.mistake is None:
            return _UNKNOWN
        told = fits(self.mistake.what, self.values)
        return fill(self.mistake.what, self.values) if told else f"{self.mistake.title}."

    def __str__(self) -> str:
        if self.mistake is None:
            return wrap(_UNKNOWN, _WIDTH)
        head = f"{self.mistake.title}."
        parts = [head[:-1], *(["", wrap(self.what, _WIDTH)] if self.what != head else [])]
        for number, cause in enumerate(self.causes):
            begin = (
                "Most likely"
                if number == 0 and len(self.causes) > 1
                else "Cause"
                if number == 0
                else "Or"
            )
            parts += ["", wrap(f"{begin}: {fill(cause.text, self.values)}", _WIDTH)]
            parts.append(wrap(f"Fix: {_fix(cause, self.values)}", _WIDTH))
            parts += [indent(cause.line, "    ")] if cause.line else []
        return "\n".join([*parts, "", f"More: {self.page}"])

    def _repr_html_(self) -> str:
        if self.mistake is None:
            return f"<p>{escape(_UNKNOWN)}</p>"
        items = [
            f"<li>{escape(fill(c.text, self.values))}<br><strong>Fix:</strong> {escape(_fix(c, self.values))}"
            + (f"<pre>{escape(c.line)}</pre>" if c.line else "")
            + "</li>"
            for c in self.causes
        ]
        head = f"<p><strong>{escape(self.mistake.title)}</strong></p><p>{escape(self.what)}</p>"
        return f"<div>{head}<ol>{''.join(items)}</ol><p>More: {escape(self.page)}</p></div>"


def explain(error: BaseException | str) -> Explanation:
    """Say what an error of Keras means, and what to do.

    Parameters
    ----------
    error : BaseException or str
        An exception, a part of its text, or a whole pasted traceback, in the wording of Keras 1, 2 or 3 or of
        TensorFlow; colours of a terminal and numbers of layers do not matter.

    Returns
    -------
    Explanation
        Prints as text. It is false where the message is not known, and then says so.

    Raises
    ------
    TypeError
        ``error`` is neither.

    Examples
    --------
    >>> import unrolled
    >>> found = unrolled.explain("Input 0 is incompatible with layer lstm_1: expected ndim=3, found ndim=2")
    >>> found.what
    'The layer lstm_1 takes 3 axes, (batch, timesteps, features), and got 2.'
    """
    if not isinstance(error, (BaseException, str)):
        raise TypeError(
            f"Expected an exception or its text, got {type(error).__name__}. Fix: explain(str(error))."
        )
    text = cleaned(error if isinstance(error, str) else _told(error))
    small = text.lower()
    best = max(
        (
            (wording.weight, match.start(), mistake, match)
            for mistake in catalogue().values()
            for wording in mistake.wordings
            if wording.needle in small
            for match in list(wording.pattern.finditer(text))[-1:]
        ),
        key=lambda found: found[:2],
        default=None,
    )
    if best is None:
        return _by_heading(small)
    _, _, mistake, match = best
    values = {name: value for name, value in match.groupdict().items() if value is not None}
    return Explanation(mistake, match[0], values, mistake.ordered(values))


def _fix(cause: Cause, values: Mapping[str, str]) -> str:
    """Return what to do; the line under it has the numbers of the catalogue, not the reader's."""
    return fill(cause.fix, values) + (" For example:" if cause.line else "")


def _by_heading(small: str) -> Explanation:
    """Return what a part of a message belongs to: the longest heading in it, without the numbers around it."""
    found = [
        m for m in catalogue().values() if not m.silent and cleaned(m.heading).lower() in small
    ]
    if not found:
        return Explanation()
    mistake = max(found, key=lambda m: len(m.heading))
    causes = tuple(c for c in mistake.ordered({}) if fits(c.text, {}) and fits(c.fix, {}))
    return Explanation(mistake, mistake.heading, {}, causes)


@contextmanager
def explain_errors() -> Iterator[None]:
    """Add the explanation to whatever error is raised within the block, as a note under its traceback.

    Examples
    --------
    >>> import unrolled
    >>> try:
    ...     with unrolled.explain_errors():
    ...         raise ValueError("Input 0 of layer lstm is incompatible with the layer: expected ndim=3, found ndim=2")
    ... except ValueError as error:
    ...     print(error.__notes__[0].splitlines()[0])
    A recurrent layer got two axes
    """
    try:
        yield
    except Exception as error:
        error.add_note(str(explain(error)))
        raise


def _told(error: BaseException) -> str:
    """Return the texts of an error and of those it came from, the last one last."""
    chain: list[str] = []
    here: BaseException | None = error
    while here is not None and len(chain) < 10:
        chain.append(f"{type(here).__name__}: {here}")
        here = here.__cause__ or (None if here.__suppress_context__ else here.__context__)
    return "\n".join(reversed(chain))
