"""What an error means: the entry of the catalogue, with the names and numbers of the message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html import escape
from operator import itemgetter
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
    html_text,
    plain_text,
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
        marked = self._marked_what(self.mistake)
        return plain_text(marked)

    def _marked_what(self, mistake: Mistake) -> str:
        """Return what happened with its code in backticks."""
        # a part of a message, or an older wording, holds fewer numbers
        template = mistake.what
        if can_fill(template, self.values):
            return fill(template, self.values)
        return f"{mistake.title}."

    def __str__(self) -> str:
        if self.mistake is None:
            return wrap(_UNKNOWN, _WIDTH)
        marked = self.mistake.title
        title = plain_text(marked)
        lines = [title]
        # where the numbers are missing, what happened is the title again
        if self.what != f"{title}.":
            lines += ["", wrap(self.what, _WIDTH)]
        opening = "Cause"
        if len(self.causes) > 1:
            opening = "Most likely"
        for cause in self.causes:
            marked = fill(cause.text, self.values)
            text = plain_text(marked)
            marked = self._fix(cause)
            fix = plain_text(marked)
            lines += ["", wrap(f"{opening}: {text}", _WIDTH)]
            lines.append(wrap(f"Fix: {fix}", _WIDTH))
            # code is not wrapped: it is to be copied
            if cause.line:
                lines.append(indent(cause.line, "    "))
            opening = "Or"
        lines += ["", f"More: {self.page}"]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        if self.mistake is None:
            return f"<p>{escape(_UNKNOWN)}</p>"
        title = html_text(self.mistake.title)
        marked = self._marked_what(self.mistake)
        what = html_text(marked)
        page = escape(self.page)
        items: list[str] = []
        for cause in self.causes:
            marked = fill(cause.text, self.values)
            text = html_text(marked)
            marked = self._fix(cause)
            fix = html_text(marked)
            item = f"{text}<br><strong>Fix:</strong> {fix}"
            if cause.line:
                line = escape(cause.line)
                item += f"<pre>{line}</pre>"
            items.append(f"<li>{item}</li>")
        causes = "".join(items)
        return (
            "<div>"
            f"<p><strong>{title}</strong></p>"
            f"<p>{what}</p>"
            f"<ol>{causes}</ol>"
            f"<p>More: {page}</p>"
            "</div>"
        )

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
        error = "\n".join(texts)
    if not isinstance(error, str):
        kind = type(error).__name__
        raise TypeError(
            f"Expected an exception or its text, got {kind}. "
            "Fix: explain(str(error))."
        )
    text = clean_text(error)
    # all wordings are searched in it: it is made once
    small = small_letters(text)
    found: list[tuple[int, int, Mistake, re.Match[str]]] = []
    for mistake in catalogue().values():
        for wording in mistake.wordings:
            match = wording.find(text, small)
            if match is not None:
                place = match.start()
                found.append((wording.weight, place, mistake, match))
    if not found:
        return _explain_heading(small)
    # the heaviest wording says most; of two alike the last one stands nearest to the error
    _, _, mistake, match = max(found, key=itemgetter(0, 1))
    values = match.groupdict()
    causes = mistake.ordered(values)
    return Explanation(mistake, match[0], values, causes)


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
        # a class of errors may do anything when it is read
        with suppress(Exception):
            explanation = explain(error)
            note = str(explanation)
            is_of_interest = bool(explanation) or is_of_keras(error)
            # an inner block may have added it to this error, or to one that this came from
            is_new = note not in notes_of(error)
            if is_of_interest and is_new:
                error.add_note(note)
        raise


def _explain_heading(small: str) -> Explanation:
    """Return the entry of a part of a message: the longest heading in it, without numbers."""
    longest_first = sorted(
        catalogue().values(),
        key=lambda mistake: len(mistake.heading),
        reverse=True,
    )
    for mistake in longest_first:
        # what is seen of a silent mistake is no part of a message
        if mistake.silent:
            continue
        heading = clean_text(mistake.heading)
        if small_letters(heading) not in small:
            continue
        causes = filter(_needs_nothing, mistake.ordered({}))
        return Explanation(mistake, mistake.heading, {}, tuple(causes))
    return Explanation()


def _needs_nothing(cause: Cause) -> bool:
    """Return whether a cause can be told without the numbers of a message."""
    template = cause.text + cause.fix
    return can_fill(template, {})
