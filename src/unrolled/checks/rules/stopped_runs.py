"""What is found where the run of a batch stopped and the shapes of x do not say why.

Keras's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import indent

from unrolled.checks.cases import Case
from unrolled.checks.reports import Problem
from unrolled.checks.rules.given_states import find_in_given_states
from unrolled.checks.rules.x_shapes import stops_by_shape
from unrolled.explanations.explanation import explain
from unrolled.explanations.patterns import fill, plain_text
from unrolled.model_io.shape_words import say_x

ORDER = 2
_COLOURS = re.compile(r"\x1b\[[\d;]*m")
#: how lines begin that say nothing of the cause
_FRAME = ("Exception encountered", "Graph execution", "Arg")


def find(case: Case) -> Iterator[Problem]:
    """Yield why the model does not run on x."""
    if case.error is None:
        return
    # said of the shapes
    if case.unbatched or stops_by_shape(case):
        return
    # said of the states
    fixed = case.io.fixed_batch or 0
    if case.stateful and case.samples < fixed:
        return
    # Keras's error seldom names the state at which it stopped
    in_states = list(find_in_given_states(case.layers))
    if in_states:
        yield from in_states
    else:
        yield _stopped(case, case.error)


def _stopped(case: Case, error: Exception) -> Problem:
    """Return the problem of a run of which nothing is known but Keras's error."""
    found = explain(error)
    mistake = "exception-encountered-when-calling"
    title = "The model does not run on x"
    if found.mistake is not None:
        mistake = found.mistake.name
        title = plain_text(found.mistake.title)
    advice = "Run model.predict(x) and read its error."
    if found.causes:
        fix = fill(found.causes[0].fix, found.values)
        advice = plain_text(fix)
    shapes = [say_x(array.shape) for array in case.given.arrays]
    return Problem(
        mistake=mistake,
        level="raises",
        title=title,
        expected="a batch that the model runs on",
        came=", ".join(shapes),
        why=_reason(error),
        fix=indent(advice, "# "),
        fix_is_example=True,
    )


def _reason(error: Exception) -> str:
    """Return the first line of an error that says why, or else its class."""
    text = _COLOURS.sub("", str(error))
    lines = map(str.strip, text.splitlines())
    for line in filter(None, lines):
        # Keras says first where it stopped, and then why
        if not line.startswith(_FRAME):
            return line
    # an error without a word
    return type(error).__name__
