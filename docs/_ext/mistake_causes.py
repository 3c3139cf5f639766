"""What the page of a mistake shows of its causes: their names, their scripts, their shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from changed_code import changed_code
from mismatches import read_shapes

from unrolled.explanations.mistakes import Cause, Mistake

#: what came of the scripts of a mistake, or of one cause
Run = Mapping[str, Any]
#: letters: a cause with more, and without a name, stands in a paragraph
LONGEST_HEADING = 100


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
    # what is longer than a heading stands below it
    heading, text = cause.heading, cause.text
    if len(heading) > LONGEST_HEADING or ". " in heading:
        heading = "Cause"
    elif not cause.name:
        text = ""
    return {
        "heading": heading,
        "question": _question(cause),
        "text": text,
        "fix": cause.fix,
        "named": run["mistake"]["values"],
        "run": run,
        "wrong": wrong,
        "right": right,
        "badge": _badge(run["mistake"]),
    }


def _question(cause: Cause) -> str:
    """Return a cause as a question, to which its fix is the answer."""
    if ". " in cause.heading:
        return cause.text
    return f"{cause.heading}?"


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
