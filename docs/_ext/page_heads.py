"""The head of each page: what it is about in a sentence, and the files that it uses, no others."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from html import escape
from pathlib import PurePosixPath
from typing import Any

from docutils import nodes
from markupsafe import Markup
from sphinx.application import Sphinx

LONGEST = 160  # letters: search engines show no more of a description
#: how the names of style sheets and scripts of extensions begin -> what stands in a page that
#: uses them
USED_BY = {
    "sg_gallery": "sphx-glr",
    "sg-tags": "sphx-glr",
    "mystnb": 'class="cell',
    "sphinx-design": "sd-",
    "design-tabs": "sd-",
    "copybutton": "highlight",
    "clipboard": "highlight",
}


def describe(doctree: nodes.document) -> str:
    """Return the first sentences of a page, as many as search engines show."""
    for paragraph in doctree.findall(nodes.paragraph):
        text = " ".join(paragraph.astext().split())
        # one that stands in a table or a list is about a part of the page
        if text and isinstance(
            paragraph.parent, (nodes.section, nodes.container)
        ):
            return textwrap.shorten(text, LONGEST, placeholder=" …")
    return ""


def is_used(file: Any, body: str) -> bool:
    """Tell whether a page needs a style sheet or script: those of extensions are not for all."""
    name = PurePosixPath(str(file.filename)).name
    for start, mark in USED_BY.items():
        if name.startswith(start):
            return mark in body
    return True


def used(files: Iterable[Any], body: str) -> list[Any]:
    """Return the style sheets or scripts that a page needs."""
    return [file for file in files if is_used(file, body)]


def write_head(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Describe a page, and leave out the files that it does not use."""
    body = context.get("body", "")
    for kind in ("css_files", "script_files"):
        context[kind] = used(context[kind], body)
    if doctree is None:
        return
    tags = context["metatags"]
    text = describe(doctree)
    # a page may describe itself
    if text and 'name="description"' not in tags:
        tags += f'\n<meta name="description" content="{escape(text)}" />'
    title = escape(Markup(context["title"]).striptags())
    tags += f'\n<meta property="og:title" content="{title}" />'
    context["metatags"] = tags


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    # after all that writes into the body of a page
    app.connect("html-page-context", write_head, priority=960)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
