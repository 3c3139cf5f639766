"""Write "From Keras 1 and 2 to 3" from the idioms and what their scripts did: an index, and a page a subject.

The runs are in build/runs (``make runs``). The pages land in docs/checked/keras-2-to-3, which git ignores.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from markdown_blocks import (
    came,
    front_matter,
    hidden_toctree,
    python_block,
    read_runs,
    table,
    text_block,
    write_pages,
)
from sphinx.application import Sphinx

Idiom = Mapping[str, Any]
Group = Mapping[str, Any]

#: what Keras 3 does with an idiom, in words, and the class that colours it; "raises" stands for every error
DOES = {
    "runs": ("Still works", "yes"),
    "warns": ("Runs, with a warning", "partly"),
    "gives other numbers": ("Runs, and gives other numbers", "no"),
    "raises": ("Raises", "no"),
}
INTRO = """\
# From Keras 1 and 2 to 3

{.lead}
What older code and older answers say, what the installed Keras does with it, and what to write now. Each line was run
when this site was built, the old and the new.
"""


def pages(runs: Mapping[str, Group]) -> Iterator[tuple[str, str]]:
    """Yield the name and the Markdown of every page."""
    places = sorted(runs, key=lambda page: runs[page]["place"])
    yield "index", index_page({page: runs[page] for page in places})
    for page in places:
        yield page, group_page(runs[page])


def index_page(groups: Mapping[str, Group]) -> str:
    """Return the page that lists all idioms by subject."""
    parts = [
        front_matter(
            "Idioms of Keras 1 and 2 for recurrent layers: what Keras 3 does with each, and the new form."
        ),
        INTRO,
        hidden_toctree(list(groups)),
    ]
    for page, group in groups.items():
        rows = [
            [f"[{i['old']}](#idiom-{i['name']})", _badge(i), i["write"]] for i in group["idioms"]
        ]
        parts += [
            f"## [{group['title']}]({page}.md)\n",
            table(["What was written", "Now", "Write"], rows),
        ]
    return "\n".join(parts)


def group_page(group: Group) -> str:
    """Return the page of the idioms of one subject."""
    parts = [
        front_matter(
            f"{group['title']}: what Keras 3 does with idioms of Keras 1 and 2, and what to write now."
        ),
        f"# {group['title']}\n",
        f"{{.lead}}\n{group['about']}\n",
    ]
    if group["loaded"]:
        head = [
            "Layers",
            "Built again with",
            "Weights from",
            "Largest difference from the predictions of Keras 2",
        ]
        parts += ["## Weights that load\n", table(head, group["loaded"])]
    for idiom in group["idioms"]:
        parts += _idiom(idiom)
    return "\n".join(parts)


def _idiom(idiom: Idiom) -> Iterator[str]:
    """Yield one idiom: what it does now, and what to write instead, each with its run."""
    then = idiom["then"]
    yield f"(idiom-{idiom['name']})=\n## {idiom['old']}\n"
    yield f"{_badge(idiom)} {idiom['note']}\n"
    if then["raised"]:
        yield text_block(f"{then['raised']}: {then['message']}")
    yield python_block(idiom["script"])
    yield from came(then)
    if then["page"]:
        yield f"[](/errors/{then['page']}.md) explains the message.\n"
    yield f"**Write.** {idiom['write']}\n"
    yield python_block(idiom["instead"])
    yield from came(idiom["now"])


def _badge(idiom: Idiom) -> str:
    """Return what Keras 3 does with an idiom, coloured."""
    kind, _, error = (
        idiom["does"].partition(" ")
        if idiom["does"].startswith("raises")
        else (idiom["does"], "", "")
    )
    words, name = DOES[kind]
    return f"[{words}{f' `{error}`' if error else ''}]{{.verdict .verdict-{name}}}"


def write(app: Sphinx) -> None:
    """Write the pages."""
    write_pages(
        Path(app.srcdir) / "checked" / "keras-2-to-3", dict(pages(read_runs(app, "migration_runs")))
    )


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
