"""What a terminal may be shown: no control character of a file, a name or a text reaches it."""

from __future__ import annotations

import re
import sys

from unrolled.explanations.exceptions import error_text
from unrolled.plain_text import printable

_LONGEST = 600  # characters of an error: Keras quotes whole configurations
_COLORS = re.compile(r"\033\[[\d;]*m")
#: errors whose text is a sentence; of any other the class is said too
_SPOKEN = (OSError, TypeError, ValueError, ImportError)


def visible(text: str) -> str:
    """Return what the terminal can show, without control characters: no name is to steer it."""
    encoding = sys.stdout.encoding or "utf-8"
    plain = printable(text)
    return plain.encode(encoding, "replace").decode(encoding)


def one_line(error: Exception) -> str:
    """Return an error as one line."""
    text = error_text(error)
    if isinstance(error, _SPOKEN):
        text = text.removeprefix(f"{type(error).__name__}: ")
    text = " ".join(_COLORS.sub("", text).split())
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST - 1]}…"
    return visible(text)
