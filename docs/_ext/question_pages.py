"""Write the pages "Questions" from the questions and what their scripts printed: a page a topic, and their index.

The runs are in build/runs (``make runs``); no Keras is needed here. The pages land in docs/questions, which git
ignores.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from diagram import unique_ids
from markdown_blocks import came, hidden_toctree, picture, python_block, read_runs, write_pages
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
    """Yield the name and the Markdown of every page. folder: of the documents, whose suffixes the links need."""
    topics = dict(sorted(runs.items(), key=lambda item: item[1]["place"]))
    yield "index", index_page(topics)
    for name, topic in topics.items():
        yield name, topic_page(topic, folder)


def index_page(topics: Mapping[str, Topic]) -> str:
    """Return the page that lists all questions by topic."""
    parts = [INTRO, hidden_toctree(list(topics))]
    for name, topic in topics.items():
        parts.append(f"## [{topic['title']}]({name}.md)\n\n{_contents(topic)}\n")
    return "\n".join(parts)


def topic_page(topic: Topic, folder: Path) -> str:
    """Return the page of one topic, headed by the list of its questions."""
    parts = [
        f"---\nhide-toc: true\n---\n\n# {topic['title']}\n",
        "{.lead}",
        topic["lead"] + "\n",
        _contents(topic),
    ]
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
    yield python_block(question["script"])
    yield from came(question)
    if question["drawn"]:
        yield picture({"html": unique_ids(question["drawn"], f"{question['name']}-")})
    links = [f"[](../{page}.{_kind(folder, page)})" for page in question["see"]]
    if links:
        yield f"More: {', '.join(links)}\n"


def _kind(folder: Path, page: str) -> str:
    """Return the suffix of a page's source."""
    return "rst" if (folder / f"{page}.rst").exists() else "md"


def write(app: Sphinx) -> None:
    """Write the pages."""
    folder = Path(app.srcdir)
    write_pages(folder / "questions", dict(pages(read_runs(app, "question_runs"), folder)))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect(
        "builder-inited", write, priority=950
    )  # after all other pages are there, to link to them
    return {"parallel_read_safe": True, "parallel_write_safe": True}
