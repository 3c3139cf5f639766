"""Run both scripts of every cause of every mistake: what the error pages show, and what tests/mistakes judge.

``python docs/_runs/mistake_runs.py NAME ...`` says what came of those entries alone.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import keras
from scripts import Outcome, execute

import unrolled
from unrolled.explanations.mismatches import Mismatch
from unrolled.explanations.mistakes import Cause, Mistake, catalogue
from unrolled.explanations.patterns import fill


def run(*names: str) -> dict[str, Any]:
    """Return what the scripts of these entries do, or those of all, by the entry's name."""
    chosen = {name: m for name, m in catalogue().items() if not names or name in names}
    return {
        name: {"causes": [_run_cause(m, cause) for cause in m.causes]} for name, m in chosen.items()
    }


def _run_cause(mistake: Mistake, cause: Cause) -> dict[str, Any]:
    """Return what the mistake says and what the remedy prints, with the picture of each where it can be drawn.

    ``explained`` and ``found`` are the entries that ``explain`` and ``check`` lead to, ``left`` those after the remedy.
    """
    made = execute(cause.script, mistake.name)
    told = unrolled.explain(made.error) if made.error else None
    values = dict(told.values) if told else {}
    found: dict[str, Any] = {"mistake": _told(made) | {"values": values}}
    if told and told.mistake:
        found["explained"] = {"as": told.mistake.name, "first": told.causes[0] == cause}
    if mistake.takes and mistake.got:
        shapes = Mismatch(fill(mistake.takes, values), fill(mistake.got, values))
        found["mismatch"] = {"html": shapes._repr_html_(), "words": shapes.words()}
    if mistake.silent:
        report = _check(made)
        found["mistake"]["picture"] = _draw(made)
        found |= {"check": str(report), "found": [p.mistake for p in report.problems]}
    mended = execute(cause.remedy, mistake.name)
    found["remedy"] = _told(mended) | {"picture": _draw(mended)}
    if mistake.silent and not mended.raised:
        found["left"] = [p.mistake for p in _check(mended).problems]
    return found


def _told(outcome: Outcome) -> dict[str, Any]:
    return {
        "printed": outcome.printed,
        "warned": outcome.warned,
        "raised": outcome.raised,
        "message": outcome.message,
    }


def _draw(outcome: Outcome) -> dict[str, str] | None:
    """Return the picture of the model that a script left behind; None where there is none to draw."""
    model, x, y = (outcome.names.get(name) for name in ("model", "x", "y"))
    if not isinstance(model, keras.Model) or not model.built or not getattr(model, "inputs", None):
        return None
    try:
        diagram = unrolled.draw(model, x, y)
    except (TypeError, ValueError):  # what the script calls x or y is not what the model got
        diagram = unrolled.draw(model)
    return {"html": diagram._repr_html_(), "words": diagram.words()}


def _check(outcome: Outcome) -> Any:
    names = outcome.names
    more = {"loss": names.get("loss"), "shuffle": names.get("shuffle")}
    return unrolled.check(names["model"], names["x"], names.get("y"), **more)


if __name__ == "__main__":
    shown = run(*sys.argv[1:]) if len(sys.argv) > 1 else sys.exit(__doc__)
    for entry in shown.values():
        for part in entry["causes"]:
            part["remedy"].pop("picture")
            part["mistake"].pop("picture", None)
            part.pop("mismatch", None)
    print(json.dumps(shown, ensure_ascii=False, indent=1))
