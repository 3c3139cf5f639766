"""Write the pages "Questions" from the questions and what their scripts printed: a page a topic, and their index.

The runs are in build/runs (``make runs``); no Keras is needed here. The pages land in docs/questions, which git
ignores.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from diagram import unique_ids
from sphinx.application import Sphinx

Question = Mapping[str, Any]
Topic = Mapping[str, Any]
INTRO = """\
---
myst:
  html_meta:
    description: What people ask about recurrent Keras layers, each answered by a short script that was run.
---

# Questions

{.lead}
What people ask about recurrent layers. Each answer stands beside the script that shows it, and what the script printed
when this site was built.
"""


def pages(runs: Mapping[str, Topic], folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and the Markdown of every page. folder: of the documents, to link only to what is there."""
    topics = dict(sorted(runs.items(), key=lambda item: item[1]["place"]))
    yield "index", index_page(topics)
    for name, topic in topics.items():
        yield name, topic_page(topic, folder)


def index_page(topics: Mapping[str, Topic]) -> str:
    """Return the page that lists all questions by topic."""
    parts = [INTRO, "```{toctree}\n:hidden:\n\n" + "\n".join(topics) + "\n```\n"]
    for name, topic in topics.items():
        parts.append(f"## [{topic['title']}]({name}.md)\n\n{_contents(topic)}\n")
    return "\n".join(parts)


def topic_page(topic: Topic, folder: Path) -> str:
    """Return the page of one topic, headed by the list of its questions."""
    parts = [f"---\nhide-toc: true\n---\n\n# {topic['title']}\n", "{.lead}", topic["lead"] + "\n", _contents(topic)]
    for question in topic["questions"]:
        parts += _question(question, folder)
    return "\n".join(parts)


def _contents(topic: Topic) -> str:
    return "\n".join(f"- [{q['title']}](#question-{q['name']})" for q in topic["questions"]) + "\n"


def _question(question: Question, folder: Path) -> Iterator[str]:
    """Yield one question: its answer, the run behind it, and where there is more."""
    yield f"(question-{question['name']})=\n## {question['title']}\n"
    if question["asked"]:
        yield "```{asked}\n" + "\n".join(question["asked"]) + "\n```\n"
    yield question["answer"] + "\n"
    yield f"```python\n{question['script']}\n```\n"
    yield _text_block(question["printed"].rstrip())
    for warned in question["warned"]:
        yield _text_block(f"UserWarning: {warned}")
    if question["drawn"]:
        yield f"```{{raw}} html\n{unique_ids(question['drawn'], question['name'] + '-')}\n```\n"
    later = [page for page in question["later"] if _exists(folder, page)]
    links = [f"[](../{page}.{_kind(folder, page)})" for page in [*question["see"], *later]]
    if links:
        yield f"More: {', '.join(links)}\n"


def _text_block(text: str) -> str:
    return f"````{{code-block}} text\n:class: message\n\n{text}\n````\n"


def _exists(folder: Path, page: str) -> bool:
    return any((folder / f"{page}.{kind}").exists() for kind in ("md", "rst"))


def _kind(folder: Path, page: str) -> str:
    """Return the suffix of a page's source."""
    return "rst" if (folder / f"{page}.rst").exists() else "md"


def write(app: Sphinx) -> None:
    """Write the pages; one that stays the same is left alone, one whose topic is gone is removed."""
    source = Path(app.confdir) / "build" / "runs" / "question_runs.json"
    folder = Path(app.srcdir) / "questions"
    folder.mkdir(exist_ok=True)
    made = dict(pages(json.loads(source.read_text(encoding="utf-8")), Path(app.srcdir)))
    for old in folder.glob("*.md"):
        if old.stem not in made:
            old.unlink()
    for name, text in made.items():
        target = folder / f"{name}.md"
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("builder-inited", write, priority=950)  # after all other pages are there, to link to them
    return {"parallel_read_safe": True, "parallel_write_safe": True}
