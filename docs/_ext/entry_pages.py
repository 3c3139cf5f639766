"""Write the pages of mistakes, claims, idioms and questions, with what their scripts did.

The results are in build/runs (``make runs``), the templates in docs/_templates/entries. The pages
land in docs/errors, docs/checked and docs/questions, which git ignores. No Keras is needed here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from diagram import unique_ids
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from marked_texts import cell, code, prose, quoted, sentence
from mistake_causes import shown_of
from sphinx.application import Sphinx
from store import write_if_changed

from unrolled.explanations.mistakes import (
    TOPICS,
    Mistake,
    catalogue,
)

Page = Mapping[str, Any]
Pages = Iterator[tuple[str, str]]
TEMPLATES = Path(__file__).parents[1] / "_templates"
FOLDERS = {
    "mistakes": "errors",
    "claims": "checked/claims",
    "idioms": "checked/keras-2-to-3",
    "questions": "questions",
}
#: the verdicts in the order of the index of claims, each with the class that colours it
VERDICTS = {
    "does not hold": "no",
    "no longer exists in Keras 3": "gone",
    "holds with a condition": "partly",
    "cannot be settled by a run": "open",
    "holds": "yes",
}
#: what the second column of that index holds of the claims of a verdict, where it is not a remark
COLUMNS = {
    "does not hold": "What is so instead",
    "holds with a condition": "The condition",
}
#: what Keras 3 does with an idiom, in words, and the class that colours it
DOES = {
    "runs": ("Still works", "yes"),
    "warns": ("Runs, with a warning", "partly"),
    "gives other numbers": ("Runs, and gives other numbers", "no"),
    "raises": ("Raises", "no"),
}


def environment() -> Environment:
    """Return the templates with the filters that they use."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "cell": cell,
        "prose": prose,
        "quoted": quoted,
        "sentence": sentence,
        "suffix": suffix,
    }
    made.globals["heading"] = heading
    return made


def mistake_pages(results: Mapping[str, Any]) -> Pages:
    """Yield the name and the Markdown of the page of every mistake, and of their two indexes."""
    templates = environment()
    known = catalogue()
    index = templates.get_template("entries/mistakes_index.jinja")
    names = ["silent", *known]
    yield "index", index.render(topics=by_topic(silent=False), names=names)
    index = templates.get_template("entries/mistakes_silent.jinja")
    yield "silent", index.render(topics=by_topic(silent=True))
    page = templates.get_template("entries/mistake.jinja")
    for name, mistake in known.items():
        more = shown_of(mistake, results[name])
        yield name, page.render(mistake=mistake, **more)


def by_topic(*, silent: bool) -> list[tuple[str, list[Mistake]]]:
    """Return the topics of the mistakes that raise, or of the silent ones, with these."""
    topics: dict[str, list[Mistake]] = {topic: [] for topic in TOPICS}
    for mistake in catalogue().values():
        if mistake.silent == silent:
            topics[mistake.topic].append(mistake)
    return [(topic, found) for topic, found in topics.items() if found]


def heading(mistake: Mistake) -> str:
    """Return the heading of a mistake: a message is code, what is seen is a sentence."""
    if not mistake.silent:
        return code(mistake.heading)
    return prose(mistake.heading)


def claim_pages(results: Mapping[str, Any]) -> Pages:
    """Yield the index of claims by verdict, and a page for each source."""
    templates = environment()
    templates.globals |= {
        "classes": VERDICTS,
        "columns": COLUMNS,
        "badge": verdict_badge,
    }
    pages = in_order(results)
    found: dict[str, list[tuple[Page, Page]]]
    found = {verdict: [] for verdict in VERDICTS}
    for page in pages:
        for claim in page["entries"]:
            found[claim["verdict"]].append((page, claim))
    verdicts = [verdict for verdict in found.items() if verdict[1]]
    index = templates.get_template("entries/claims_index.jinja")
    yield "index", index.render(pages=pages, verdicts=verdicts, rows=claim_rows)
    template = templates.get_template("entries/claims.jinja")
    for page in pages:
        yield page["name"], template.render(page=page)


def claim_rows(claims: Sequence[tuple[Page, Page]]) -> list[list[str]]:
    """Return the rows of a table of claims: the claim, what is so, and where it is said."""
    rows = []
    for page, claim in claims:
        name = page["name"]
        said = f"[{claim['says']}](#claim-{claim['name']})"
        where = f"[{name.replace('-', ' ')}]({name}.md)"
        rows.append([said, claim["right"], where])
    return rows


def verdict_badge(verdict: str) -> str:
    """Return a verdict, coloured."""
    style = VERDICTS[verdict]
    return f"[{sentence(verdict)}]{{.verdict .verdict-{style}}}"


def idiom_pages(
    results: Mapping[str, Any], loaded: Sequence[Sequence[str]]
) -> Pages:
    """Yield the index of idioms, and a page for each subject. loaded: the table of old files."""
    templates = environment()
    templates.globals["badge"] = does_badge
    pages = in_order(results)
    index = templates.get_template("entries/idioms_index.jinja")
    yield "index", index.render(pages=pages, rows=idiom_rows)
    template = templates.get_template("entries/idioms.jinja")
    for page in pages:
        table = loaded if page["name"] == "old-files" else ()
        yield page["name"], template.render(page=page, loaded=table)


def idiom_rows(idioms: Sequence[Page]) -> list[list[str]]:
    """Return the rows of a table of idioms: what was written, what it does now, what to write."""
    rows = []
    for idiom in idioms:
        old = f"[{idiom['old']}](#idiom-{idiom['name']})"
        rows.append([old, does_badge(idiom["does"]), idiom["write"]])
    return rows


def does_badge(does: str) -> str:
    """Return what Keras 3 does with an idiom, coloured; of an error with its name.

    >>> does_badge("raises TypeError")
    '[Raises `TypeError`]{.verdict .verdict-no}'
    """
    verb, is_error, error = does.partition("raises ")
    words, style = DOES["raises" if is_error else verb]
    if is_error:
        words = f"{words} `{error}`"
    return f"[{words}]{{.verdict .verdict-{style}}}"


def question_pages(results: Mapping[str, Any]) -> Pages:
    """Yield the index of questions, and a page for each topic."""
    templates = environment()
    pages = in_order(results)
    index = templates.get_template("entries/questions_index.jinja")
    yield "index", index.render(pages=pages)
    template = templates.get_template("entries/questions.jinja")
    for page in pages:
        for question in page["entries"]:
            picture = question["scripts"][0]["picture"]
            if picture:  # several pictures stand on one page
                prefix = f"{question['name']}-"
                picture["html"] = unique_ids(picture["html"], prefix)
        yield page["name"], template.render(page=page)


def suffix(page: str) -> str:
    """Return the suffix of a page's source: the gallery is made as reStructuredText."""
    return "rst" if page.startswith("auto_gallery/") else "md"


def in_order(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return pages in their order, each with its name; what an entry may leave out is empty."""
    empty = {"see": (), "asked": (), "note": ""}
    pages = []
    for name, page in results.items():
        entries = [empty | entry for entry in page["entries"]]
        pages.append({"name": name, **page, "entries": entries})
    return sorted(pages, key=lambda page: page["position"])


def read_results(app: Sphinx, group: str) -> Any:
    """Return what the scripts of a group did."""
    path = Path(app.confdir) / "build" / "runs" / f"{group}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def write_pages(folder: Path, pages: Mapping[str, str]) -> None:
    """Write the pages that changed by their names, and remove those that are no longer made."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        if old.stem not in pages:
            old.unlink()
    for name, text in pages.items():
        write_if_changed(folder / f"{name}.md", text)


def write(app: Sphinx) -> None:
    """Write the pages of all entries."""
    results = {kind: read_results(app, kind) for kind in FOLDERS}
    loaded = read_results(app, "old_files")["loaded"]
    made = {
        "mistakes": mistake_pages(results["mistakes"]),
        "claims": claim_pages(results["claims"]),
        "idioms": idiom_pages(results["idioms"], loaded),
        "questions": question_pages(results["questions"]),
    }
    for kind, pages in made.items():
        write_pages(Path(app.srcdir) / FOLDERS[kind], dict(pages))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
