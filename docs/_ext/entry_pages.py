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
from mismatches import Mismatch
from sphinx.application import Sphinx

from unrolled.explanations.mistakes import TOPICS, Mistake, catalogue
from unrolled.explanations.patterns import fill

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
    }
    made.filters["suffix"] = suffix
    made.globals["heading"] = heading
    return made


def mistake_pages(results: Mapping[str, Any]) -> Pages:
    """Yield the name and the Markdown of the page of every mistake, and of their two indexes."""
    templates = environment()
    known = catalogue()
    spoken = by_topic(m for m in known.values() if not m.silent)
    silent = by_topic(m for m in known.values() if m.silent)
    index = templates.get_template("entries/mistakes_index.jinja")
    yield "index", index.render(topics=spoken, names=["silent", *known])
    yield (
        "silent",
        templates.get_template("entries/mistakes_silent.jinja").render(
            topics=silent
        ),
    )
    page = templates.get_template("entries/mistake.jinja")
    for name, mistake in known.items():
        yield (
            name,
            page.render(mistake=mistake, **_mistake(mistake, results[name])),
        )


def _mistake(mistake: Mistake, result: Page) -> dict[str, Any]:
    """Return what the page of a mistake shows besides its entry in the catalogue."""
    texts = result["texts"]
    causes = []
    for cause, run in zip(mistake.causes, result["causes"], strict=True):
        values = run["mistake"]["values"]
        made = {
            "text": cause.text,
            "fix": cause.fix,
            "named": values,
            "run": run,
        }
        causes.append(made | {"mismatch": _mismatch(texts, values)})
    older = [wording for wording in mistake.wordings if wording.example]
    return {"causes": causes, "older": older, "see": texts.get("see", ())}


def _mismatch(texts: Page, values: Mapping[str, str]) -> dict[str, str] | None:
    """Return the picture of two shapes side by side; None where a mistake is not about shapes."""
    if not texts.get("takes") or not texts.get("got"):
        return None
    picture = Mismatch(fill(texts["takes"], values), fill(texts["got"], values))
    return {"html": picture._repr_html_()}


def by_topic(mistakes: Iterator[Mistake]) -> list[tuple[str, list[Mistake]]]:
    """Return the topics that have any of these mistakes, with them."""
    topics: dict[str, list[Mistake]] = {topic: [] for topic in TOPICS}
    for mistake in mistakes:
        topics[mistake.topic].append(mistake)
    return [(topic, found) for topic, found in topics.items() if found]


def heading(mistake: Mistake) -> str:
    """Return the heading of a mistake: a message is code, what is seen is a sentence."""
    return prose(mistake.heading) if mistake.silent else code(mistake.heading)


def claim_pages(results: Mapping[str, Any]) -> Pages:
    """Yield the index of claims by verdict, and a page for each source."""
    templates = environment()
    templates.globals |= {
        "classes": VERDICTS,
        "columns": COLUMNS,
        "badge": verdict_badge,
    }
    pages = in_order(results)
    found: dict[str, list[tuple[Page, Page]]] = {
        verdict: [] for verdict in VERDICTS
    }
    for page in pages:
        for claim in page["entries"]:
            found[claim["verdict"]].append((page, claim))
    verdicts = [
        (verdict, claims) for verdict, claims in found.items() if claims
    ]
    index = templates.get_template("entries/claims_index.jinja")
    yield "index", index.render(pages=pages, verdicts=verdicts, rows=claim_rows)
    for page in pages:
        yield (
            page["name"],
            templates.get_template("entries/claims.jinja").render(page=page),
        )


def claim_rows(claims: Sequence[tuple[Page, Page]]) -> list[list[str]]:
    """Return the rows of a table of claims: the claim, what is so, and where it is said."""
    return [
        [
            f"[{claim['says']}](#claim-{claim['name']})",
            claim["right"],
            f"[{page['name'].replace('-', ' ')}]({page['name']}.md)",
        ]
        for page, claim in claims
    ]


def verdict_badge(verdict: str) -> str:
    """Return a verdict, coloured."""
    return f"[{sentence(verdict)}]{{.verdict .verdict-{VERDICTS[verdict]}}}"


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
    return [
        [f"[{i['old']}](#idiom-{i['name']})", does_badge(i["does"]), i["write"]]
        for i in idioms
    ]


def does_badge(does: str) -> str:
    """Return what Keras 3 does with an idiom, coloured; of an error with its name.

    >>> does_badge("raises TypeError")
    '[Raises `TypeError`]{.verdict .verdict-no}'
    """
    if does.startswith("raises "):
        words, style = DOES["raises"]
        return f"[{words} `{does.removeprefix('raises ')}`]{{.verdict .verdict-{style}}}"
    words, style = DOES[does]
    return f"[{words}]{{.verdict .verdict-{style}}}"


def question_pages(results: Mapping[str, Any]) -> Pages:
    """Yield the index of questions, and a page for each topic."""
    templates = environment()
    pages = in_order(results)
    for page in pages:
        for question in page["entries"]:
            _make_ids_unique(question)
    yield (
        "index",
        templates.get_template("entries/questions_index.jinja").render(
            pages=pages
        ),
    )
    for page in pages:
        yield (
            page["name"],
            templates.get_template("entries/questions.jinja").render(page=page),
        )


def _make_ids_unique(question: Page) -> None:
    """Rename the ids of a question's picture: several pictures stand on one page."""
    picture = question["scripts"][0]["picture"]
    if picture:
        picture["html"] = unique_ids(picture["html"], f"{question['name']}-")


def suffix(page: str) -> str:
    """Return the suffix of a page's source: the gallery is made as reStructuredText."""
    return "rst" if page.startswith("auto_gallery/") else "md"


def in_order(results: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return pages in their order, each with its name; what an entry may leave out is empty."""
    pages = [{"name": name, **page} for name, page in results.items()]
    for page in pages:
        page["entries"] = [
            {"see": (), "asked": (), "note": "", **e} for e in page["entries"]
        ]
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
        target = folder / f"{name}.md"
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")


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
