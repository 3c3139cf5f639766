"""Markdown of what a run left: code, messages and pictures, for the pages that extensions write before Sphinx reads."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

Run = Mapping[str, Any]


def code(text: str) -> str:
    """Return a text as inline code, whatever quotes it holds.

    >>> code("a `b`")
    '`` a `b` ``'
    """
    fence = "``" if "`" in text else "`"
    pad = " " if "`" in text else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def python_block(text: str) -> str:
    return f"```python\n{text}\n```\n"


def text_block(text: str) -> str:
    return f"````{{code-block}} text\n:class: message\n\n{text}\n````\n"


def picture(found: Run | None) -> str:
    """Return the drawing of a run; nothing where there is none."""
    return f"```{{raw}} html\n{found['html']}\n```\n" if found else ""


def came(run: Run) -> Iterator[str]:
    """Yield what a script printed and warned."""
    if run["printed"].strip():
        yield text_block(run["printed"].rstrip())
    for warned in run["warned"]:
        yield text_block(f"UserWarning: {warned}")


def cell(text: str) -> str:
    r"""Return a text that stays in one cell of a Markdown table.

    >>> cell("a | b")
    'a \\| b'
    """
    return " ".join(text.replace("|", "\\|").split())


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *([cell(text) for text in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def front_matter(description: str) -> str:
    quoted = json.dumps(
        description, ensure_ascii=False
    )  # as YAML has it too, with a colon or without
    return f"---\nmyst:\n  html_meta:\n    description: {quoted}\n---\n"


def hidden_toctree(names: list[str]) -> str:
    listed = "\n".join(names)
    return f"```{{toctree}}\n:hidden:\n\n{listed}\n```\n"


def read_runs(app: Sphinx, group: str) -> Any:
    """Return what a group of runs found."""
    return json.loads(
        (Path(app.confdir) / "build" / "runs" / f"{group}.json").read_text(encoding="utf-8")
    )


def write_pages(folder: Path, pages: Mapping[str, str]) -> None:
    """Write the pages by their names; one that stays the same is left alone, one that is no longer made is removed."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.md"):
        if old.stem not in pages:
            old.unlink()
    for name, text in pages.items():
        target = folder / f"{name}.md"
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")
