"""Execute a short script as a reader would: what it printed, warned and raised."""

from __future__ import annotations

import contextlib
import gc
import io
import itertools
import re
import shutil
import tempfile
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras

#: names that a script may leave: what a claim comes to, and whether numbers are those meant
VERDICTS = ("verdict", "as_meant")
_COUNT = itertools.count(1)
# What the imports made stays: every collection would look through it, as long as a script takes.
gc.freeze()
#: what a message holds of this run alone, and what stands there instead
_PLAIN = tuple(
    (re.compile(pattern, re.MULTILINE), instead)
    for pattern, instead in (
        (r"\x1b\[[0-9;]*m", ""),
        (r'(?:^[ \t]*File "[^"\n]*", line \d+, in .*\n\n?)+', "  …\n\n"),
        (
            r"(?s)config=\{.*?\}\.$",
            "config={…}.",
        ),  # of a whole model: pages long
        (r"(object config: )\{.*\}", r"\1{…}"),
        (r"/[^\s'\"()]*/site-packages/", ""),
        (r"0x[0-9a-f]{6,}", "0x…"),
        (r"(__inference_\w+?)_\d+\]", r"\1_…]"),
    )
)


@dataclass
class Outcome:
    """What came of a script.

    printed: its standard output. warned: the texts of its warnings. raised: the class of its error,
    empty where none was raised. message: the text of the error as Keras gives it, plain. chain: the
    same after the errors that it came from. names: what the script defined.
    """

    printed: str = ""
    warned: list[str] = field(default_factory=list)
    raised: str = ""
    message: str = ""
    chain: str = ""
    names: dict[str, Any] = field(default_factory=dict)

    def texts(self) -> dict[str, Any]:
        """Return what is stored: all but the names, and of these those in VERDICTS."""
        results = {
            name: self.names.get(name)
            for name in VERDICTS
            if name in self.names
        }
        return {
            "printed": self.printed,
            "warned": self.warned,
            "raised": self.raised,
            "message": self.message,
            "chain": self.chain,
            "results": results,
        }


def start_again() -> None:
    """Set Keras's seed and names to their start, and forget what a script before registered."""
    keras.backend.clear_session(free_memory=False)
    keras.saving.get_custom_objects().clear()
    if next(_COUNT) % 20 == 0:
        # Graphs refer to themselves: over hundreds of scripts they would fill the memory.
        gc.collect()
        gc.freeze()  # what is left TensorFlow keeps for good
    keras.utils.set_random_seed(0)


def execute(
    script: str, name: str = "script", files: Iterable[Path] = ()
) -> Outcome:
    """Run a script from a fixed seed, in a folder with these files, with Keras's first names."""
    start_again()
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
                outcome.raised, outcome.message = (
                    type(error).__name__,
                    _plain(str(error)),
                )
                outcome.chain = error_chain(error)
        outcome.warned = list(
            dict.fromkeys(
                _plain(str(w.message)) for w in caught if _is_shown(w)
            )
        )
    outcome.printed = out.getvalue()
    return outcome


def error_chain(error: BaseException) -> str:
    """Return the texts of an error and of those that it came from, the error itself last."""
    chain: list[str] = []
    here: BaseException | None = error
    while here is not None and len(chain) < 10:
        chain.append(f"{type(here).__name__}: {here}")
        here = here.__cause__ or (
            None if here.__suppress_context__ else here.__context__
        )
    return _plain("\n".join(reversed(chain)))


def _is_shown(warning: warnings.WarningMessage) -> bool:
    """Say whether a reader would see a warning: Python hides those for the authors of libraries."""
    return not issubclass(
        warning.category,
        (DeprecationWarning, PendingDeprecationWarning, FutureWarning),
    )


def _plain(text: str) -> str:
    """Return a message without what belongs to this machine and this process alone."""
    for pattern, instead in _PLAIN:
        text = pattern.sub(instead, text)
    return text.replace(str(Path.home()), "~").replace(
        tempfile.gettempdir(), ""
    )
