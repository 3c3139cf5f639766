"""Write "Claims, checked" from the claims and what their scripts found: an index by verdict, and a page a source.

The runs are in build/runs (``make runs``). The pages land in docs/checked/claims, which git ignores.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from markdown_blocks import (
    came,
    front_matter,
    hidden_toctree,
    picture,
    python_block,
    read_runs,
    table,
    write_pages,
)
from sphinx.application import Sphinx

Claim = Mapping[str, Any]
Source = Mapping[str, Any]

#: the verdicts in the order in which the index tells them, each with the class that colours it
VERDICTS = {
    "does not hold": "no",
    "no longer exists in Keras 3": "gone",
    "holds with a condition": "partly",
    "cannot be settled by a run": "open",
    "holds": "yes",
}
INTRO = """\
# Claims, checked

{.lead}
What people read about recurrent layers of Keras, told in our own words, each with a verdict. A script computes the
verdict; it ran on the installed Keras when this site was built.
"""


def pages(runs: Mapping[str, Source]) -> Iterator[tuple[str, str]]:
    """Yield the name and the Markdown of every page."""
    sources = sorted(runs.values(), key=lambda source: source["place"])
    yield "index", index_page(sources)
    for source in sources:
        yield source["page"], source_page(source)


def index_page(sources: list[Source]) -> str:
    """Return the page that lists all claims by verdict."""
    parts = [
        front_matter(
            "What documents and threads say about recurrent Keras layers, each settled by a run of Keras 3."
        ),
        INTRO,
        hidden_toctree([source["page"] for source in sources]),
    ]
    found = {
        v: [(s, c) for s in sources for c in s["claims"] if c["verdict"] == v] for v in VERDICTS
    }
    counts = (
        f"- {_badge(v)} [{len(c)} claims](#verdict-{VERDICTS[v]})" for v, c in found.items() if c
    )
    parts.append("\n".join(counts).replace("[1 claims]", "[1 claim]") + "\n")
    for verdict, claims in found.items():
        if claims:
            parts.append(f"(verdict-{VERDICTS[verdict]})=\n## {_heading(verdict)}\n")
            rows = [[_link(claim), claim["right"], _where(source)] for source, claim in claims]
            parts.append(table(["Claim", _second(verdict), "Said in"], rows))
    return "\n".join(parts)


def source_page(source: Source) -> str:
    """Return the page of the claims of one source."""
    parts = [
        front_matter(
            f"{source['title']}: its claims about recurrent Keras layers, each settled by a run."
        ),
        f"# {source['title']}\n",
        f"{{.lead}}\n{source['about']}\n",
    ]
    if source["source"]:
        parts.append(f"Source: <{source['source']}>\n")
    parts.append(
        "\n".join(f"- {_badge(claim['verdict'])} {_link(claim)}" for claim in source["claims"])
        + "\n"
    )
    for claim in source["claims"]:
        parts += _claim(claim)
    return "\n".join(parts)


def _claim(claim: Claim) -> Iterator[str]:
    """Yield one claim: its verdict, what is right, and the run behind it."""
    yield f"(claim-{claim['name']})=\n## {claim['says']}\n"
    yield f"{_badge(claim['verdict'])} {claim['right']}\n"
    yield picture(claim["picture"])
    yield f"::::{{dropdown}} The run\n{python_block(claim['script'])}"
    yield from came(claim)
    yield "::::\n"
    if claim["see"]:
        yield f"More: {', '.join(f'[](/{page})' for page in claim['see'])}\n"


def _link(claim: Claim) -> str:
    return f"[{claim['says']}](#claim-{claim['name']})"


def _where(source: Source) -> str:
    """Return a short link to the page of a source."""
    return f"[{source['page'].replace('-', ' ')}]({source['page']}.md)"


def _badge(verdict: str) -> str:
    return f"[{_heading(verdict)}]{{.verdict .verdict-{VERDICTS[verdict]}}}"


def _heading(verdict: str) -> str:
    return verdict[0].upper() + verdict[1:]


def _second(verdict: str) -> str:
    """Return what the second column tells of the claims of a verdict."""
    return {"does not hold": "What is so instead", "holds with a condition": "The condition"}.get(
        verdict, "Remarks"
    )


def write(app: Sphinx) -> None:
    """Write the pages."""
    write_pages(Path(app.srcdir) / "checked" / "claims", dict(pages(read_runs(app, "claim_runs"))))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
