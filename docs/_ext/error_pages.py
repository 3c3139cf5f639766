"""Write the error pages from the catalogue of mistakes and what its scripts did: a page a mistake, and their index.

The runs are in build/runs (``make runs``); no Keras is needed here. The pages land in docs/errors, which git ignores.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from markdown_blocks import came, code, picture, python_block, read_runs, text_block, write_pages
from sphinx.application import Sphinx

from unrolled.explanations.mistakes import TOPICS, Cause, Mistake, catalogue
from unrolled.explanations.patterns import fill

Runs = Mapping[str, Any]
INTRO = """\
---
myst:
  html_meta:
    description: Error messages of recurrent Keras layers, each with its cause and remedy, from real runs.
---

# Errors

{.lead}
Paste the message, or the whole traceback, into the search box: its page comes first. Every message below was raised by
the installed Keras when this site was built, and every remedy was run.

In Python and in the terminal, `unrolled.explain` says the same, and `unrolled.check` finds what raises nothing:
[Check your own model and data](../check-your-own.md).
"""
SILENT = """\
# Mistakes that raise nothing

{.lead}
Keras runs all of these without an error, and the model learns something else than was meant.
`unrolled.check(model, x, y)` finds each of them.
"""


def pages(runs: Runs) -> Iterator[tuple[str, str]]:
    """Yield the name and the Markdown of every page."""
    known = catalogue()
    yield "index", index_page(known)
    yield "silent", silent_page(known)
    for name, mistake in known.items():
        yield name, mistake_page(mistake, runs[name]["causes"])


def index_page(known: Mapping[str, Mistake]) -> str:
    """Return the page that lists all messages by topic."""
    names = "\n".join(["silent", *known])
    parts = [INTRO, f"```{{toctree}}\n:hidden:\n\n{names}\n```\n"]
    for topic in TOPICS:
        found = [m for m in known.values() if m.topic == topic and not m.silent]
        if found:
            parts.append(f"## {topic}\n\n" + "\n".join(_item(m) for m in found) + "\n")
    return "\n".join([*parts, "## Mistakes that raise nothing\n\n[All of them](silent.md)\n"])


def silent_page(known: Mapping[str, Mistake]) -> str:
    """Return the page that lists the mistakes that raise nothing."""
    parts = [SILENT]
    for topic in TOPICS:
        found = [m for m in known.values() if m.topic == topic and m.silent]
        if found:
            parts.append(f"## {topic}\n\n" + "\n".join(_item(m) for m in found) + "\n")
    return "\n".join(parts)


def mistake_page(mistake: Mistake, causes: Any) -> str:
    """Return the page of one mistake. causes: what the scripts of each of its causes did."""
    first = causes[0]["mistake"]
    parts = [
        f"# {code(mistake.heading) if not mistake.silent else mistake.heading}\n",
        "{.lead}",
        f"{mistake.title}.\n",
    ]
    if not mistake.silent:
        parts.append(text_block(f"{first['raised']}: {first['message']}"))
    parts += [fill(mistake.what, first["values"]) + "\n", *_contents(mistake, causes)]
    for number, (cause, run) in enumerate(zip(mistake.causes, causes, strict=True), 1):
        count = f" {number} of {len(causes)}" if len(causes) > 1 else ""
        parts += [f"## Cause{count}\n", *_cause(mistake, cause, run, told=number > 1)]
    return "\n".join([*parts, *_elsewhere(mistake), *_see(mistake)])


def _contents(mistake: Mistake, causes: Any) -> Iterator[str]:
    """Yield the causes as a list at the top, where there are several: no one reads five of them to find their own."""
    count = len(causes)
    for number, (cause, run) in enumerate(zip(mistake.causes, causes, strict=True), 1):
        if count > 1:
            told = fill(cause.text, run["mistake"]["values"])
            yield f"{number}. [Cause {number}](#cause-{number}-of-{count}): {told}"
    yield ""


def _cause(mistake: Mistake, cause: Cause, run: Runs, *, told: bool) -> Iterator[str]:
    """Yield what one cause does, and its remedy. told: whether its message still has to be shown."""
    made, mended, values = run["mistake"], run["remedy"], run["mistake"]["values"]
    yield fill(cause.text, values) + "\n"
    yield python_block(cause.script)
    if told and not mistake.silent:
        yield text_block(f"{made['raised']}: {made['message']}")
    yield from came(made)
    yield picture(run.get("mismatch"))
    yield picture(made.get("picture"))
    if "check" in run:
        yield "`unrolled.check(model, x, y)` says:\n\n" + text_block(run["check"])
    yield f"**Remedy.** {fill(cause.fix, values)}\n"
    yield python_block(cause.remedy)
    yield from came(mended)
    yield picture(mended.get("picture"))


def _elsewhere(mistake: Mistake) -> Iterator[str]:
    """Yield the wordings of other versions."""
    older = [w for w in mistake.wordings if w.example]
    if older:
        yield "## In other versions\n"
    for wording in older:
        yield f"{wording.era}:\n\n" + text_block(wording.filled())


def _see(mistake: Mistake) -> Iterator[str]:
    if mistake.see:
        yield "## See also\n"
        yield "\n".join(f"- [](../{page}.md)" for page in mistake.see) + "\n"


def _item(mistake: Mistake) -> str:
    return f"- [{_heading(mistake)}]({mistake.name}.md): {mistake.title}"


def _heading(mistake: Mistake) -> str:
    return mistake.heading if mistake.silent else code(mistake.heading)


def write(app: Sphinx) -> None:
    """Write the pages."""
    write_pages(Path(app.srcdir) / "errors", dict(pages(read_runs(app, "mistake_runs"))))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
