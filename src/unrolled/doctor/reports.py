"""What check found: the problems, most serious first, as text, as HTML and as an exit code."""

from __future__ import annotations

from dataclasses import dataclass

LEVELS = ("raises", "wrong", "doubt")


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
        """The page of the site on this mistake, as a path."""
        return f"errors/{self.mistake}.html"
