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
    if page is None:
        return []
    found = []
    for child in page.children:
        if not isinstance(child, nodes.section):
            continue
        title = next(child.findall(nodes.title))
        found.append((child["ids"][0], title.astext()))
    return found


def make_list(sections: list[tuple[str, str]]) -> str:
    """Return the links to sections as HTML.

    >>> make_list([("a", "x < y")]).partition("<ul>")[2]
    '<li><a href="#a">x &lt; y</a></li></ul></nav>'
    """
    items = ""
    for anchor, title in sections:
        items += f'<li><a href="#{escape(anchor)}">{escape(title)}</a></li>'
    return f'<nav class="page-sections" aria-label="On this page"><ul>{items}</ul></nav>'


def add_contents(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Put the list in front of the first section, behind the picture that opens the page."""
    # the home page has doors, not chapters; a page that Sphinx makes itself has no sections
    if doctree is None or pagename == app.config.root_doc:
        return
    # a page about an error lists its causes by itself
    if pagename.startswith("errors/"):
        return
    if not context.get("furo_hide_toc"):
        return
    sections = read_sections(doctree)
    if len(sections) < LEAST:
        return
    first, _ = sections[0]
    start = f'<section id="{first}"'
    listed = make_list(sections)
    context["body"] = context["body"].replace(start, f"{listed}\n{start}", 1)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    # after the extension that gives the right column to the diagrams
    app.connect("html-page-context", add_contents, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
