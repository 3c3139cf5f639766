"""What the page of a mistake shows of its causes: their names, their scripts, their shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from changed_code import changed_code
from mismatches import read_shapes

from unrolled.explanations.mistakes import Cause, Mistake

#: what came of the scripts of a mistake, or of one cause
Run = Mapping[str, Any]


def shown_of(mistake: Mistake, result: Run) -> dict[str, Any]:
    """Return what the page of a mistake shows besides its entry in the catalogue."""
    texts = result["texts"]
    causes = []
    pairs = zip(mistake.causes, result["causes"], strict=True)
    for number, (cause, run) in enumerate(pairs, 1):
        values = run["mistake"]["values"]
        shown = _cause(cause, run)
        shown["mismatch"] = _mismatch(texts, number, values)
        shown["label"] = f"{mistake.name}-cause-{number}"
        causes.append(shown)
    older = [wording for wording in mistake.wordings if wording.example]
    return {"causes": causes, "older": older, "see": texts.get("see", ())}


def _cause(cause: Cause, run: Run) -> dict[str, Any]:
    """Return what a page says of a cause and its two scripts."""
    wrong, right = changed_code(
        run["mistake"]["script"], run["fixed"]["script"]
    )
    # a cause without a name is its heading itself
    text = cause.text if cause.name else ""
    return {
        "heading": cause.heading,
        "text": text,
        "fix": cause.fix,
        "named": run["mistake"]["values"],
        "run": run,
        "wrong": wrong,
        "right": right,
        "badge": _badge(run["mistake"]),
    }


def _badge(run: Run) -> str:
    """Return what the wrong script does, as a sign and words."""
    if run["raised"]:
        return f"✕ Raises {run['raised']}"
    return "✕ Runs, but is wrong"


def _mismatch(
    texts: Run, cause: int, values: Mapping[str, str]
) -> dict[str, str] | None:
    """Return the picture of two shapes side by side; None where a fix changes no shape."""
    picture = read_shapes(texts.get("shapes", ()), cause, values)
    if picture is None:
        return None
    return {"html": picture._repr_html_()}
