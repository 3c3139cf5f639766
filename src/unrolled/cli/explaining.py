"""The command ``explain``: what a pasted error means. Keras is not imported, so the answer is there at once."""

from __future__ import annotations

import argparse
import codecs
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from unrolled.cli.texts import visible
from unrolled.explanations.explanation import explain as explain_text

_LONGEST = (
    1_000_000  # characters of a log that are read, its last ones: the error stands at its end
)
_MARKS = {
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    codecs.BOM_UTF8: "utf-8-sig",
}
_PASTE = (
    "Paste the whole traceback, or only its last lines. Then press Enter and "
    + ("Ctrl-Z, Enter" if os.name == "nt" else "Ctrl-D")
    + "."
)
_UNKNOWN = """\
This message is not in the catalogue.
Fix: let the model and the data be looked at themselves, which also finds what raises nothing:
    unrolled check model.keras x.npy y.npy"""


def explain(args: argparse.Namespace) -> int:
    """Print what an error means, and return 0 where it is known, 1 where it is not."""
    text = read_text(args.text)
    if not text.strip():
        raise ValueError(
            "Expected an error message, got nothing. Fix: unrolled explain 'the message', or a file."
        )
    found = explain_text(text)
    print(visible(str(found)) if found else _UNKNOWN)
    return 0 if found else 1


def read_text(words: Sequence[str]) -> str:
    """Return the text that is meant: of standard input, of a file, or the words themselves."""
    if list(words) in ([], ["-"]):
        if sys.stdin.isatty():
            print(_PASTE, file=sys.stderr, flush=True)
        return _decoded(sys.stdin.buffer.read())
    if len(words) == 1 and _is_path(words[0]):
        return _decoded(Path(words[0]).read_bytes())
    return " ".join(words)


def _is_path(word: str) -> bool:
    """Tell whether a word names a file: one that is there, or one that looks as if it should be."""
    try:
        there = Path(word).is_file()
    except (
        OSError,
        ValueError,
    ):  # far too long for a name, or with a zero character: a pasted text
        return False
    return there or (
        Path(word).suffix in (".txt", ".log", ".out", ".err") and not any(c.isspace() for c in word)
    )


def _decoded(data: bytes) -> str:
    """Return the text of a file, whatever wrote it: PowerShell's ``>`` writes UTF-16."""
    encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "utf-8")
    return data.decode(encoding, "replace")[-_LONGEST:]
