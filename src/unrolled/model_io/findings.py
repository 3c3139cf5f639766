"""What keeps arrays from fitting a model, as values.

``trace`` raises the first, ``check`` lists all of them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that does not fit.

    Attributes
    ----------
    code : str
        The name of its entry in the catalogue of mistakes.
    title : str
        In one line.
    expected : str
        What the model takes, in words.
    came : str
        What was given, in the same words.
    why : str
        Why it matters.
    fix : str
        Python code that mends it.
    fix_is_example : bool
        Whether the fix only shows how such a line is written: it needs a decision of yours, or an
        edit of the model.
    of : str
        Which input or model it is about, for a sentence: ``the input 'x' of the model 'm'``.
    is_type : bool
        Whether the kind of a thing is wrong (TypeError), not its shape or values (ValueError).
    stops : bool
        Whether ``trace`` refuses to run; False where Keras runs on and the picture shows what came.

    Examples
    --------
    >>> found = Finding(
    ...     code="no-samples",
    ...     title="x holds nothing",
    ...     expected="at least one sample",
    ...     came="(0, 5, 2)",
    ...     why="",
    ...     fix="x",
    ... )
    >>> print(found.sentence)
    Expected at least one sample, got (0, 5, 2). Fix: x
    """

    code: str
    title: str
    expected: str
    came: str
    why: str
    fix: str
    fix_is_example: bool = False
    of: str = ""
    is_type: bool = False
    stops: bool = True

    @property
    def sentence(self) -> str:
        """The same as the text of an error."""
        wanted = self.expected
        # with several inputs it matters which one is meant
        if self.of:
            wanted = f"{wanted} for {self.of}"
        # a fix in words is a comment where it stands among code
        fix = self.fix.removeprefix("# ")
        return f"Expected {wanted}, got {self.came}. Fix: {fix}"

    def error(self) -> TypeError | ValueError:
        """Return it as the error that is raised for it."""
        text = self.sentence
        if self.is_type:
            return TypeError(text)
        return ValueError(text)
