"""The command ``explain``: what a pasted error means. Keras is not imported: it answers at once."""

from __future__ import annotations

import argparse
import codecs
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from unrolled.cli.texts import visible
from unrolled.explanations.explanation import explain as explain_text

_LONGEST = 1_000_000  # characters of a log that are read, its last ones: errors stand at the end
_ENCODINGS = {
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    codecs.BOM_UTF8: "utf-8-sig",
}
_LOGS = (".txt", ".log", ".out", ".err")
_END = "Ctrl-Z, Enter" if os.name == "nt" else "Ctrl-D"
_PASTE = f"Paste the whole traceback, or only its last lines. Then press Enter and {_END}."
_UNKNOWN = """\
This message is not in the catalogue.
Fix: let the model and the data be looked at themselves, which also finds what raises nothing:
    unrolled check model.keras x.npy y.npy"""


def explain(args: argparse.Namespace) -> int:
    """Print what an error means, and return 0 where it is known, 1 where it is not."""
    text = read_text(args.text)
    if not text.strip():
        raise ValueError(
            "Expected an error message, got nothing. "
            "Fix: unrolled explain 'the message', or a file."
        )
    explanation = explain_text(text)
    if not explanation:
        print(_UNKNOWN)
        return 1
    print(visible(str(explanation)))
    return 0


def read_text(words: Sequence[str]) -> str:
    """Return the text that is meant: of standard input, of a file, or the words themselves."""
    if list(words) in ([], ["-"]):
        return _read_input()
    if len(words) == 1 and _is_path(words[0]):
        return _decode(Path(words[0]).read_bytes())
    return " ".join(words)


def _read_input() -> str:
    if sys.stdin is None:  # closed, as in `unrolled explain <&-`
        return ""
    if sys.stdin.isatty():
        print(_PASTE, file=sys.stderr, flush=True)
    return _decode(sys.stdin.buffer.read())


def _is_path(word: str) -> bool:
    """Return whether a word names a file: one that is there, or looks as if it should be."""
    path = Path(word)
    try:
        is_there = path.is_file()
    except (OSError, ValueError):
        # too long for a name, or with a zero character: a pasted text
        return False
    is_one_word = word.split() == [word]
    return is_there or (is_one_word and path.suffix in _LOGS)


def _decode(data: bytes) -> str:
    """Return the text of a file, whatever wrote it: PowerShell's ``>`` writes UTF-16."""
    encoding = "utf-8"
    for mark, name in _ENCODINGS.items():
        if data.startswith(mark):
            encoding = name
    return data.decode(encoding, "replace")[-_LONGEST:]
