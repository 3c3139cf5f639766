"""Execute a short script as a reader would, and keep what came of it: what it printed, warned and raised."""

from __future__ import annotations

import contextlib
import gc
import io
import itertools
import re
import shutil
import tempfile
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras

_COUNT = itertools.count(1)
gc.freeze()  # what the imports made stays: every collection would look through it, for as long as a script takes
#: what a message holds of this run alone, and what is told instead
_PLAIN = tuple(
    (re.compile(pattern, re.MULTILINE), told)
    for pattern, told in (
        (r"\x1b\[[0-9;]*m", ""),
        (r'(?:^[ \t]*File "[^"\n]*", line \d+, in .*\n\n?)+', "  …\n\n"),
        (r"(?s)config=\{.*?\}\.$", "config={…}."),  # of a whole model: pages long
        (r"(object config: )\{.*\}", r"\1{…}"),
        (r"/[^\s'\"()]*/site-packages/", ""),
        (r"0x[0-9a-f]{6,}", "0x…"),
        (r"(__inference_\w+?)_\d+\]", r"\1_…]"),
    )
)


@dataclass
class Outcome:
    """What came of a script.

    printed: its standard output. warned: the texts of its warnings. raised: the class of its error, empty where none
    was raised. message: the text of the error as Keras gives it, plain. error: the error itself. names: what the script
    defined.
    """

    printed: str = ""
    warned: list[str] = field(default_factory=list)
    raised: str = ""
    message: str = ""
    error: BaseException | None = None
    names: dict[str, Any] = field(default_factory=dict)


def execute(script: str, name: str = "script", files: Iterable[Path] = ()) -> Outcome:
    """Run a script from a fixed seed, in a folder with nothing but the files, and Keras's names from the start."""
    keras.backend.clear_session(free_memory=False)
    if next(_COUNT) % 20 == 0:
        gc.collect()  # graphs refer to themselves: over hundreds of scripts they would fill the memory
        gc.freeze()  # what is left TensorFlow keeps for good
    keras.utils.set_random_seed(0)
    outcome, out = Outcome(names={"__name__": name}), io.StringIO()
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.chdir(folder),
        contextlib.redirect_stdout(out),
    ):
        for file in files:
            shutil.copy(file, folder)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                exec(compile(script, f"<{name}>", "exec"), outcome.names)
            except Exception as error:
                outcome.error, outcome.raised, outcome.message = (
                    error,
                    type(error).__name__,
                    _plain(str(error)),
                )
        outcome.warned = list(dict.fromkeys(_plain(str(w.message)) for w in caught if _is_told(w)))
    outcome.printed = out.getvalue()
    return outcome


def tidy(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what TOML gave of one entry without the line breaks around its texts, and its lists as tuples."""
    kept = {key: value.strip() if isinstance(value, str) else value for key, value in found.items()}
    return {key: tuple(value) if isinstance(value, list) else value for key, value in kept.items()}


def _is_told(warning: warnings.WarningMessage) -> bool:
    """Tell whether a reader would see a warning: Python hides those for the authors of libraries."""
    return not issubclass(
        warning.category, (DeprecationWarning, PendingDeprecationWarning, FutureWarning)
    )


def _plain(text: str) -> str:
    """Return a message without colours, addresses in memory, paths of this machine and the frames of this process."""
    for pattern, told in _PLAIN:
        text = pattern.sub(told, text)
    return text.replace(str(Path.home()), "~").replace(tempfile.gettempdir(), "")
