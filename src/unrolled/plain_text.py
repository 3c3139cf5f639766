"""Text that is safe to show: whatever a model file calls its layers, a name stays a name."""

from __future__ import annotations

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def printable(text: str) -> str:
    r"""Return the text with every control character replaced: a name must not steer a terminal.

    Control characters are all that Python does not call printable: escapes, NUL, carriage returns,
    the marks that turn the direction of writing. Line breaks stay, for texts of several lines; for
    a name or a title take :func:`printable_line`.

    >>> printable("a\x1b[31mb\n")
    'a\ufffd[31mb\n'
    """
    lines = text.split("\n")
    return "\n".join(map(printable_line, lines))


def printable_line(text: str) -> str:
    r"""Return the text with every control character replaced, line breaks as well: for a name.

    >>> printable_line("lstm\n- a line of its own\r")
    'lstm\ufffd- a line of its own\ufffd'
    """
    plain = list(text)
    for place, letter in enumerate(text):
        if not letter.isprintable():
            plain[place] = _REPLACEMENT
    return "".join(plain)
