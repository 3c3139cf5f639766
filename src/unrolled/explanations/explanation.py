"""What an error means: the entry of the catalogue, with the names and numbers of the message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html import escape
from textwrap import fill as wrap
from textwrap import indent

from unrolled.explanations.exceptions import (
    error_text,
    is_of_keras,
    notes_of,
    related_errors,
)
from unrolled.explanations.mistakes import Cause, Mistake, catalogue
from unrolled.explanations.patterns import (
    can_fill,
    clean_text,
    fill,
    small_letters,
)

_UNKNOWN = (
    "This message is not in the catalogue. Fix: unrolled.check(model, x, y) looks at the model "
    "and the data themselves and says what does not fit."
)
_WIDTH = 100


@dataclass(frozen=True)
class Explanation:
    """What a message means, made by :func:`unrolled.explain`. True where the catalogue knows it.

    Attributes
    ----------
    mistake : Mistake or None
        The entry of the catalogue; None for an unknown message.
    message : str
        The part of the text that was recognised, in one line.
    values : Mapping[str, str]
        The names and numbers of the message, by the names that the entry gives them.
    causes : tuple of Cause
        What may have led to it, the likeliest first. Each has a ``text``, a ``fix`` and, where one
        line of code is enough, a ``line``.

    Examples
    --------
    >>> import unrolled
    >>> explanation = unrolled.explain(
    ...     "Input 0 of layer 'lstm' is incompatible with the layer: expected ndim=3, found ndim=2."
    ...     " Full shape received: (None, 8)"
    ... )
    >>> bool(explanation), explanation.values["layer"], explanation.values["shape"]
    (True, 'lstm', '(None, 8)')
    >>> explanation.page
    'errors/expected-ndim-3-found-ndim-2.html'
    >>> bool(unrolled.explain("KeyError: 'x'"))
    False
    """

    mistake: Mistake | None = None
    message: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    causes: tuple[Cause, ...] = ()

    def __bool__(self) -> bool:
        return self.mistake is not None

    @property
    def page(self) -> str:
        """The page of the site on this mistake, as a path; empty for an unknown message."""
        if self.mistake is None:
            return ""
        return f"errors/{self.mistake.name}.html"

    @property
    def what(self) -> str:
        """What happened, in one or two sentences; where the numbers are missing, in one."""
        if self.mistake is None:
            return _UNKNOWN
        if can_fill(self.mistake.what, self.values):
            return fill(self.mistake.what, self.values)
        return f"{self.mistake.title}."

    def __str__(self) -> str:
        if self.mistake is None:
            return wrap(_UNKNOWN, _WIDTH)
        title = f"{self.mistake.title}."
        lines = [self.mistake.title]
        if self.what != title:
            lines += ["", wrap(self.what, _WIDTH)]
        for number, cause in enumerate(self.causes):
            text = f"{self._opening(number)}: {fill(cause.text, self.values)}"
            lines += ["", wrap(text, _WIDTH)]
            lines.append(wrap(f"Fix: {self._fix(cause)}", _WIDTH))
            if cause.line:
                lines.append(indent(cause.line, "    "))
        lines += ["", f"More: {self.page}"]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        if self.mistake is None:
            return f"<p>{escape(_UNKNOWN)}</p>"
        title, what = escape(self.mistake.title), escape(self.what)
        items: list[str] = []
        for cause in self.causes:
            text = escape(fill(cause.text, self.values))
            fix = escape(self._fix(cause))
            item = f"{text}<br><strong>Fix:</strong> {fix}"
            if cause.line:
                item += f"<pre>{escape(cause.line)}</pre>"
            items.append(f"<li>{item}</li>")
        return (
            f"<div><p><strong>{title}</strong></p><p>{what}</p>"
            f"<ol>{''.join(items)}</ol><p>More: {escape(self.page)}</p></div>"
        )

    def _opening(self, number: int) -> str:
        """Return how the text of a cause begins."""
        if number > 0:
            return "Or"
        if len(self.causes) > 1:
            return "Most likely"
        return "Cause"

    def _fix(self, cause: Cause) -> str:
        """Return what to do; the line under it has the numbers of the catalogue, not yours."""
        fix = fill(cause.fix, self.values)
        if cause.line:
            return f"{fix} For example:"
        return fix


def explain(error: BaseException | str) -> Explanation:
    """Say what an error of Keras means, and what to do.

    Parameters
    ----------
    error : BaseException or str
        An exception, a part of its text, or a whole pasted traceback, in the wording of Keras 1, 2
        or 3 or of TensorFlow; colours of a terminal and numbers of layers do not matter. Of an
        exception its causes are read too, and the members of an ExceptionGroup.

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
    >>> explanation = unrolled.explain(
    ...     "Input 0 is incompatible with layer lstm_1: expected ndim=3, found ndim=2"
    ... )
    >>> explanation.what
    'The layer lstm_1 takes 3 axes, (batch, timesteps, features), and got 2.'
    """
    if isinstance(error, BaseException):
        texts = map(error_text, related_errors(error))
        return _explain_text("\n".join(texts))
    if isinstance(error, str):
        return _explain_text(error)
    raise TypeError(
        f"Expected an exception or its text, got {type(error).__name__}. Fix: explain(str(error))."
    )


@contextmanager
def explain_errors() -> Iterator[None]:
    """Add the explanation to an error that the block raises, as a note under its traceback.

    An error that the catalogue does not know gets a note only where Keras or its backend raised it.
    The error itself is raised as it came, whatever becomes of the note.

    Examples
    --------
    >>> import unrolled
    >>> try:
    ...     with unrolled.explain_errors():
    ...         raise ValueError(
    ...             "Input 0 is incompatible with layer lstm_1: expected ndim=3, found ndim=2"
    ...         )
    ... except ValueError as error:
    ...     print(error.__notes__[0].splitlines()[0])
    A recurrent layer got two axes
    """
    try:
        yield
    except Exception as error:
        # an own class of errors may do anything when it is read
        with suppress(Exception):
            _add_note(error)
        raise


def _explain_text(text: str) -> Explanation:
    """Return the entry of the heaviest wording in a text; of two alike of the last one."""
    plain = clean_text(text)
    small = small_letters(plain)
    best = None
    rank = (0, 0)
    for mistake in catalogue().values():
        for wording in mistake.wordings:
            match = wording.find(plain, small)
            if match is None:
                continue
            found = (wording.weight, match.start())
            if found > rank:
                rank = found
                best = mistake, match
    if best is None:
        return _explain_heading(small)
    mistake, match = best
    groups = match.groupdict().items()
    values = {name: value for name, value in groups if value is not None}
    return Explanation(mistake, match[0], values, mistake.ordered(values))


def _explain_heading(small: str) -> Explanation:
    """Return the entry of a part of a message: the longest heading in it, without numbers."""
    best = None
    longest = 0
    for mistake in catalogue().values():
        heading = mistake.heading
        is_longer = len(heading) > longest
        if mistake.silent or not is_longer:
            continue
        if small_letters(clean_text(heading)) in small:
            best = mistake
            longest = len(heading)
    if best is None:
        return Explanation()
    causes = best.ordered({})
    needs_nothing = [c for c in causes if can_fill(c.text + c.fix, {})]
    return Explanation(best, best.heading, {}, tuple(needs_nothing))


def _add_note(error: Exception) -> None:
    """Add the explanation, unless an inner block has done so or the error is none of Keras's."""
    explanation = explain(error)
    if not explanation and not is_of_keras(error):
        return
    note = str(explanation)
    if note not in notes_of(error):
        error.add_note(note)
