"""The head of each page: what it is about in a sentence, and the files that it uses, no others."""

from __future__ import annotations

import textwrap
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
#: where a paragraph stands that is about the whole page
OUTER = (nodes.section, nodes.container)


def describe(doctree: nodes.document) -> str:
    """Return the first sentences of a page, as many as search engines show."""
    for paragraph in doctree.findall(nodes.paragraph):
        words = paragraph.astext().split()
        # one that stands in a table or a list is about a part of the page
        is_outer = isinstance(paragraph.parent, OUTER)
        # a paragraph of a picture alone has no words
        if is_outer and words:
            text = " ".join(words)
            return textwrap.shorten(text, LONGEST, placeholder=" …")
    return ""


def is_used(file: Any, body: str) -> bool:
    """Tell whether a page needs a style sheet or script: those of extensions are not for all."""
    address = str(file.filename)
    name = PurePosixPath(address).name
    for start, mark in USED_BY.items():
        if name.startswith(start):
            return mark in body
    # the theme's and the site's own are for all pages
    return True


def write_head(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Describe a page, and leave out the files that it does not use."""
    # a page that Sphinx makes by itself may have none
    body = context.get("body", "")
    for kind in ("css_files", "script_files"):
        files = context[kind]
        context[kind] = [file for file in files if is_used(file, body)]
    # a page that Sphinx makes by itself, such as that of the search
    if doctree is None:
        return
    tags = context["metatags"]
    text = describe(doctree)
    # a page may describe itself
    is_described = 'name="description"' in tags
    if text and not is_described:
        content = escape(text)
        tags += f'\n<meta name="description" content="{content}" />'
    # code in a title has tags around it
    plain = Markup(context["title"]).striptags()
    title = escape(plain)
    tags += f'\n<meta property="og:title" content="{title}" />'
    context["metatags"] = tags


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    # after all that writes into the body of a page
    app.connect("html-page-context", write_head, priority=960)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
