"""Write the pages of mistakes, claims, idioms and questions, with what their scripts did.

The results are in build/runs (``make runs``), the templates in docs/_templates/entries. The pages
land in docs/errors, docs/checked and docs/questions, which git ignores. No Keras is needed here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any

from diagram import unique_ids
from entry_templates import environment
from marked_texts import sentence
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
    "does not hold": "What is true instead",
    "holds with a condition": "The condition",
}
#: what Keras 3 does with an idiom, in words, and the class that colours it
DOES = {
    "runs": ("Still works", "yes"),
    "warns": ("Runs, with a warning", "partly"),
    "gives other numbers": ("Runs, but gives different numbers", "no"),
    "raises": ("Raises", "no"),
}


def mistake_pages(results: Mapping[str, Any]) -> Pages:
    """Yield the name and the Markdown of the page of every mistake, and of their two indexes."""
    templates = environment()
    known = catalogue()
    # those that raise are looked up by their messages, the silent ones by what is seen
    raising = by_topic(silent=False)
    silent = by_topic(silent=True)
    names = ["silent", *known]
    index = templates.get_template("entries/mistakes_index.jinja")
    yield "index", index.render(topics=raising, names=names)
    index = templates.get_template("entries/mistakes_silent.jinja")
    yield "silent", index.render(topics=silent)
    page = templates.get_template("entries/mistake.jinja")
    for name, mistake in known.items():
        more = shown_of(mistake, results[name])
        yield name, page.render(mistake=mistake, **more)


def by_topic(*, silent: bool) -> list[tuple[str, list[Mistake]]]:
    """Return the topics of the mistakes that raise, or of the silent ones, with these."""
    # in the order of the sidebar
    topics: dict[str, list[Mistake]] = {topic: [] for topic in TOPICS}
    for mistake in catalogue().values():
        if mistake.silent == silent:
            topics[mistake.topic].append(mistake)
    # a topic without a mistake would be a heading over nothing
    return list(filter(itemgetter(1), topics.items()))


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
            verdict = claim["verdict"]
            found[verdict].append((page, claim))
    # a verdict that no claim has needs no table
    verdicts = list(filter(itemgetter(1), found.items()))
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
        # the page of the source has its own anchor for each claim
        says, anchor = claim["says"], claim["name"]
        said = f"[{says}](#claim-{anchor})"
        source = name.replace("-", " ")
        where = f"[{source}]({name}.md)"
        rows.append([said, claim["right"], where])
    return rows


def verdict_badge(verdict: str) -> str:
    """Return a verdict, coloured."""
    style = VERDICTS[verdict]
    words = sentence(verdict)
    return f"[{words}]{{.verdict .verdict-{style}}}"


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
        name = page["name"]
        # of the models that Keras 2 wrote
        table = loaded if name == "old-files" else ()
        yield name, template.render(page=page, loaded=table)


def idiom_rows(idioms: Sequence[Page]) -> list[list[str]]:
    """Return the rows of a table of idioms: what was written, what it does now, what to write."""
    rows = []
    for idiom in idioms:
        name = idiom["name"]
        old = f"[{idiom['old']}](#idiom-{name})"
        does = does_badge(idiom["does"])
        rows.append([old, does, idiom["write"]])
    return rows


def does_badge(does: str) -> str:
    """Return what Keras 3 does with an idiom, coloured; of an error with its name.

    >>> does_badge("raises TypeError")
    '[Raises `TypeError`]{.verdict .verdict-no}'
    """
    # an error has its name behind it, nothing else has
    verb, raises, error = does.partition("raises ")
    words, style = DOES[verb or "raises"]
    if raises:
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
            # a question has one script
            (script,) = question["scripts"]
            picture = script["picture"]
            if picture:
                # several pictures stand on one page
                name = question["name"]
                drawn = picture["html"]
                picture["html"] = unique_ids(drawn, f"{name}-")
        yield page["name"], template.render(page=page)


def in_order(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return pages in their order, each with its name; what an entry may leave out is empty."""
    empty = {"see": (), "asked": (), "note": ""}
    pages = []
    for name, page in results.items():
        entries = [empty | entry for entry in page["entries"]]
        whole = {"name": name, **page, "entries": entries}
        pages.append(whole)
    return sorted(pages, key=itemgetter("position"))


def read_results(app: Sphinx, group: str) -> Any:
    """Return what the scripts of a group did."""
    path = Path(app.confdir) / "build" / "runs" / f"{group}.json"
    text = path.read_text(encoding="utf-8")
    return json.loads(text)


def write_pages(folder: Path, pages: Mapping[str, str]) -> None:
    """Write the pages that changed by their names, and remove those that are no longer made."""
    folder.mkdir(parents=True, exist_ok=True)
    # Sphinx would read whatever is there
    for old in folder.glob("*.md"):
        if old.stem not in pages:
            old.unlink()
    for name, text in pages.items():
        # Sphinx reads a file again that was written, whatever is in it
        page = folder / f"{name}.md"
        write_if_changed(page, text)


def write(app: Sphinx) -> None:
    """Write the pages of all entries."""
    # all of them first: a group that is missing leaves the pages as they were
    results = {kind: read_results(app, kind) for kind in FOLDERS}
    loaded = read_results(app, "old_files")["loaded"]
    made = {
        "mistakes": mistake_pages(results["mistakes"]),
        "claims": claim_pages(results["claims"]),
        "idioms": idiom_pages(results["idioms"], loaded),
        "questions": question_pages(results["questions"]),
    }
    docs = Path(app.srcdir)
    for kind, pages in made.items():
        folder = docs / FOLDERS[kind]
        write_pages(folder, dict(pages))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
