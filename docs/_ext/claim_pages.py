"""Write the page "Claims, checked" from the claims and what their scripts found: one section a source.

The runs are in build/runs (``make runs``). The page lands in docs/claims, which git ignores.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

Claim = Mapping[str, Any]
INTRO = """\
---
myst:
  html_meta:
    description: What documents and threads say about recurrent Keras layers, each settled by a run of Keras 3.
---

# Claims, checked

{.lead}
What people read about recurrent layers, in our own words, each with a verdict. The verdict is computed by the script
beside it, which ran when this site was built.

"""


def write_page(runs: Mapping[str, Any], folder: Path) -> str:
    """Return the Markdown of the page. folder: of the documents, to link only to what is there."""
    sources = sorted(runs.items(), key=lambda item: item[1]["place"])
    counts = Counter(claim["verdict"] for _, source in sources for claim in source["claims"])
    parts = [INTRO, "\n".join(f"- **{verdict}**: {count}" for verdict, count in sorted(counts.items())) + "\n"]
    for title, source in sources:
        parts += [f"## {title}\n", source["about"] + "\n"]
        if source["source"]:
            parts.append(f"Source: <{source['source']}>\n")
        for claim in source["claims"]:
            parts += _claim(claim, folder)
    return "\n".join(parts)


def _claim(claim: Claim, folder: Path) -> Iterator[str]:
    """Yield one claim: its verdict, what is right, and the run behind it."""
    yield f"({claim['name']})=\n### {claim['says']}\n"
    yield f"**Verdict: {claim['verdict']}.** {claim['right']}\n"
    if claim["picture"]:
        yield f"```{{raw}} html\n{claim['picture']['html']}\n```\n"
    yield f":::{{dropdown}} The run\n```python\n{claim['script']}\n```\n"
    if claim["printed"].strip():
        yield f"````{{code-block}} text\n:class: message\n\n{claim['printed'].rstrip()}\n````\n"
    yield ":::\n"
    links = [f"[](../{page}.{kind})" for page in claim["see"] for kind in ("md", "rst") if _exists(folder, page, kind)]
    if links:
        yield f"More: {', '.join(links)}\n"


def _exists(folder: Path, page: str, kind: str) -> bool:
    return (folder / f"{page}.{kind}").exists()


def write(app: Sphinx) -> None:
    """Write the page where it has changed."""
    runs = json.loads((Path(app.confdir) / "build" / "runs" / "claim_runs.json").read_text(encoding="utf-8"))
    target = Path(app.srcdir) / "claims" / "index.md"
    target.parent.mkdir(exist_ok=True)
    text = write_page(runs, Path(app.srcdir))
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("builder-inited", write, priority=900)  # after the gallery is there, to link to its pages
    return {"parallel_read_safe": True, "parallel_write_safe": True}
