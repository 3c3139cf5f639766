"""Run both scripts of every cause of every mistake: what the error pages show."""

from __future__ import annotations

from typing import Any

import keras
from scripts import Outcome, execute

import unrolled
from unrolled.doctor.mismatches import Mismatch
from unrolled.doctor.mistakes import Mistake, catalogue
from unrolled.doctor.wordings import fill


def run() -> dict[str, Any]:
    """Return what each entry's scripts do, by the entry's name."""
    return {name: {"causes": [_run_cause(m, c.script, c.remedy) for c in m.causes]} for name, m in catalogue().items()}


def _run_cause(mistake: Mistake, script: str, remedy: str) -> dict[str, Any]:
    """Return what the mistake says and what the remedy prints, with the picture of each where it can be drawn."""
    made = execute(script, mistake.name)
    told = unrolled.explain(made.error) if made.error else None
    values = dict(told.values) if told else {}
    found: dict[str, Any] = {"mistake": _told(made) | {"values": values}}
    if mistake.takes and mistake.got:
        shapes = Mismatch(fill(mistake.takes, values), fill(mistake.got, values))
        found["mismatch"] = {"html": shapes._repr_html_(), "words": shapes.words()}
    if mistake.silent:
        found["mistake"]["picture"] = _draw(made)
        found["check"] = str(_check(made))
    mended = execute(remedy, mistake.name)
    found["remedy"] = _told(mended) | {"picture": _draw(mended)}
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
