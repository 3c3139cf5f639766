"""What ``unrolled.check`` says of what a script leaves behind, and what its fixes do."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import chdir, redirect_stdout
from io import StringIO
from tempfile import TemporaryDirectory
from typing import Any


def report_of(names: Mapping[str, Any]) -> dict[str, Any]:
    """Return the report as text, the mistakes that it names, and what comes of the fix of each."""
    if "model" not in names:
        return {"text": "", "problems": [], "fixes": {}}
    report = check_names(names)
    mistakes = []
    fixes = {}
    for problem in report.problems:
        mistakes.append(problem.mistake)
        if problem.fix_is_example:
            # it is for the reader to adapt
            fixes[problem.mistake] = "an example"
        else:
            came = after_fix(problem.mistake, problem.fix, names)
            fixes[problem.mistake] = came
    return {"text": str(report), "problems": mistakes, "fixes": fixes}


def check_names(names: Mapping[str, Any]) -> Any:
    """Return the report of the model, x and y among the names of a script."""
    import unrolled

    return unrolled.check(
        names["model"],
        names["x"],
        names.get("y"),
        loss=names.get("loss"),
        shuffle=names.get("shuffle"),
    )


def after_fix(mistake: str, fix: str, names: Mapping[str, Any]) -> str:
    """Execute the fix of a problem among the names of a script, and say what came of it.

    ``mended``; ``still there``; the error that was raised.
    """
    import keras
    import numpy as np

    import unrolled

    space = {
        "keras": keras,
        "np": np,
        "layers": keras.layers,
        "unrolled": unrolled,
        **names,
    }
    try:
        with (
            TemporaryDirectory() as folder,
            chdir(folder),
            redirect_stdout(StringIO()),
        ):
            exec(compile(fix, "<fix>", "exec"), space)
        left = [problem.mistake for problem in check_names(space).problems]
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "still there" if mistake in left else "mended"
