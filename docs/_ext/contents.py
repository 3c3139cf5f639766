"""A list of a page's sections in its text, where the right column is left to the diagrams."""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

LEAST = 4  # sections: fewer are seen at once


def read_sections(doctree: nodes.document) -> list[tuple[str, str]]:
    """Return id and title of each section under the title of a page."""
    page = next(doctree.findall(nodes.section), None)
    # a page without a title
    if page is None:
        return []
    found = []
    for child in page.children:
        # what stands above the first section
        if not isinstance(child, nodes.section):
            continue
        # a section may have more names, for links from elsewhere
        anchor = child["ids"][0]
        title = next(child.findall(nodes.title))
        words = title.astext()
        found.append((anchor, words))
    return found


def make_list(sections: list[tuple[str, str]]) -> str:
    """Return the links to sections as HTML.

    >>> make_list([("a", "x < y")]).partition("<ul>")[2]
    '<li><a href="#a">x &lt; y</a></li></ul></nav>'
    """
    items = ""
    for anchor, title in sections:
        address = escape(anchor)
        words = escape(title)
        items += f'<li><a href="#{address}">{words}</a></li>'
    return f'<nav class="page-sections" aria-label="On this page"><ul>{items}</ul></nav>'


def add_contents(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Put the list in front of the first section, behind the picture that opens the page."""
    # the home page has doors, not chapters
    is_home = pagename == app.config.root_doc
    # a page that Sphinx makes itself has no sections
    if doctree is None or is_home:
        return
    # a page about an error lists its causes by itself
    if pagename.startswith("errors/"):
        return
    # the theme lists the sections in the right column
    if not context.get("furo_hide_toc"):
        return
    sections = read_sections(doctree)
    if len(sections) < LEAST:
        return
    first, _ = sections[0]
    start = f'<section id="{first}"'
    listed = make_list(sections)
    opened = f"{listed}\n{start}"
    body = context["body"]
    context["body"] = body.replace(start, opened, 1)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    # after the extension that gives the right column to the diagrams
    app.connect("html-page-context", add_contents, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
