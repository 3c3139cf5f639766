"""Run the script of every question, for the pages "Questions": each file of docs/_runs/questions is a topic."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scripts import Outcome, execute, tidy

import unrolled

FOLDER = Path(__file__).parent / "questions"
NAME = re.compile(r"^\d+_")


@dataclass(frozen=True)
class Question:
    """One question and the run that answers it.

    name: of its anchor. title: the question, its heading. answer: in words; each shape and number in it is printed by
    the script. asked: other wordings, which only the search reads. picture: whether the script's model is drawn. see:
    pages that tell more.
    """

    name: str
    title: str
    answer: str
    script: str
    asked: tuple[str, ...] = ()
    picture: bool = False
    see: tuple[str, ...] = ()


@dataclass(frozen=True)
class Topic:
    """The questions of one page. name: of the page. lead: its first sentence."""

    name: str
    title: str
    lead: str
    questions: tuple[Question, ...]


def read_topic(name: str, text: str) -> Topic:
    """Return the topic that a TOML text holds. Raises TypeError for a key that no question has."""
    raw: dict[str, Any] = tomllib.loads(text)
    questions = tuple(Question(**tidy(found)) for found in raw.pop("question"))
    return Topic(name=name, questions=questions, **raw)


def topics() -> Iterator[Topic]:
    """Yield the topics in the order of their files."""
    for path in sorted(FOLDER.glob("*.toml")):
        yield read_topic(NAME.sub("", path.stem), path.read_text(encoding="utf-8"))


def run() -> dict[str, Any]:
    """Return each topic by its name, with what the scripts of its questions printed and drew."""
    return {
        topic.name: {
            "place": place,
            "title": topic.title,
            "lead": topic.lead,
            "questions": [asdict(question) | answer(question) for question in topic.questions],
        }
        for place, topic in enumerate(topics())
    }


def answer(question: Question) -> dict[str, Any]:
    """Run a question's script. Raises ValueError where it does not run to its end, or tells nothing."""
    outcome = execute(question.script, question.name)
    if outcome.raised:
        raise ValueError(
            f"{question.name}: expected the script to run, got {outcome.raised}: {outcome.message}"
        )
    if not outcome.printed.strip():
        raise ValueError(
            f"{question.name}: expected the script to print what the answer says. Fix: print it."
        )
    return {"printed": outcome.printed, "warned": outcome.warned, "drawn": _draw(question, outcome)}


def _draw(question: Question, outcome: Outcome) -> str:
    """Return the drawing that a question asks for: the script's ``diagram``, or its ``model``; empty for none."""
    if not question.picture:
        return ""
    names = outcome.names
    diagram = names.get("diagram") or unrolled.draw(names["model"], names.get("x"))
    return str(diagram._repr_html_())
