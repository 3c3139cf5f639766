"""What a terminal may be shown: no control character of a file, a name or a pasted text reaches it."""

from __future__ import annotations

import re
import sys

_LONGEST = 600  # characters of an error: Keras quotes whole configurations


def visible(text: str) -> str:
    """Return what the terminal can show, without control characters: a name in a file is not to steer it."""
    encoding = sys.stdout.encoding or "utf-8"
    plain = "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)
    return plain.encode(encoding, "replace").decode(encoding)


def one_line(error: Exception) -> str:
    """Return an error as one line."""
    plain = isinstance(error, (OSError, TypeError, ValueError, ImportError))
    text = re.sub(r"\033\[[\d;]*m", "", str(error) if plain else f"{type(error).__name__}: {error}")
    text = " ".join(text.split())
    return visible(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")
