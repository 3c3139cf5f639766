"""Start every gallery script with the state of a new process, and let none of them warn.

Keras numbers unnamed layers and models per process: without this, the names on a page, and so its
pictures, would depend on which scripts ran before it in the same build.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

#: what a script may raise a warning of: nobody can see a window here, and the rest is not ours
ALLOWED = (
    {"message": "FigureCanvasAgg is non-interactive", "category": UserWarning},
    {"message": r".*np\.object", "category": FutureWarning},
    {
        "module": "(tensorflow|keras|google|flatbuffers|h5py|gast|astunparse|wrapt|optree)"
    },
)

#: the filters that Sphinx itself had, while a script runs with others
_SPHINX: list[warnings.catch_warnings[Any]] = []


def keras_names(gallery_conf: dict[str, Any], fname: str | Path | None) -> None:
    """Let Keras count from zero; where no script has imported it yet, there is nothing to do."""
    keras = sys.modules.get("keras")
    if keras is None:
        return
    keras.utils.clear_session()


def warnings_are_errors(
    gallery_conf: dict[str, Any], fname: str | Path | None, when: str
) -> None:
    """Stop the build at a warning of a script; sphinx-gallery calls this before and after each."""
    # sphinx-gallery does not call this after a script that failed: the next one does it
    while _SPHINX:
        # its filters are those of Sphinx
        sphinx = _SPHINX.pop()
        sphinx.__exit__(None, None, None)
    if when != "before":
        return
    saved = warnings.catch_warnings()
    # not ``with``: the script runs after this has returned
    saved.__enter__()
    _SPHINX.append(saved)
    warnings.simplefilter("error")
    # the filter that was set last is asked first
    for allowed in ALLOWED:
        warnings.filterwarnings("ignore", **allowed)
