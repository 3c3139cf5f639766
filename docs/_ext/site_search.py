"""The site's own search: one entry per section, written as a script that also loads from disk.

Entries are collected when a page is read and kept with the environment: an unchanged page costs
nothing. ``{asked}`` holds other wordings of a section's question, one a line: they are searched,
and not shown. Beside the entries stand the wordings of all known messages: what matches one, or a
part of one, was pasted, and its page comes first.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from docutils import nodes
from message_table import table
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

Entry = dict[str, str | list[str]]
UNSHOWN = {
    "page-actions",
    "sd-stretched-link",
    "picture-words",
    "diagram",  # it is found on the page that draws it
}
HIDDEN = re.compile(r"<(style|script|defs)\b.*?</\1>|<!--.*?-->", re.S)
TAG = re.compile(r"<[^>]*>")
IN_WORDS = re.compile(r"</?(?:span|mark)\b[^>]*>")
NAME = re.compile(r"^plot_\d+_")
SPACE = re.compile(r"\s+")


class Asked(nodes.Invisible, nodes.Element):
    """Other wordings of what the section around it answers."""


class AskedDirective(SphinxDirective):
    """Keep the wordings for the search."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return a node that no page shows."""
        # one a line, with empty lines between
        lines = map(str.strip, self.content)
        wordings = list(filter(None, lines))
        return [Asked(wordings=wordings)]


def leave_out(translator: nodes.NodeVisitor, node: nodes.Node) -> None:
    """Show nothing."""
    raise nodes.SkipNode


SKIPPED = (
    nodes.comment,
    nodes.target,
    nodes.system_message,
    nodes.image,
    addnodes.toctree,
    nodes.title,
    Asked,
)


def words_of_html(source: str) -> str:
    """Return the text of HTML or inline SVG.

    >>> words_of_html('<p>a</p><pre><span class="n">x</span><mark>[0]</mark></pre>').split()
    ['a', 'x[0]']
    """
    shown = HIDDEN.sub(" ", source)
    # the colours of code are within its words
    whole = IN_WORDS.sub("", shown)
    words = TAG.sub(" ", whole)
    return html.unescape(words)


def texts(node: nodes.Node) -> Iterator[tuple[bool, str]]:
    """Yield the texts below a node, not those of its sections, each with whether it is code.

    Code is printed output too, and a diagram.
    """
    # a title is the name of its entry
    if isinstance(node, SKIPPED):
        return
    # the texts in an element stand in paragraphs and the like
    if not isinstance(node, nodes.Element):
        return
    is_shown = UNSHOWN.isdisjoint(node["classes"])
    if not is_shown:
        return
    # a diagram, or a cell that shows HTML
    if isinstance(node, nodes.raw):
        source = node.astext()
        words = words_of_html(source)
        yield True, words
        return
    # a paragraph, or a block of code
    if isinstance(node, nodes.TextElement):
        is_code = isinstance(node, nodes.literal_block)
        yield is_code, node.astext()
        return
    children = node.children
    kind = node.get("nb_element")
    if kind == "mime_bundle":
        # a cell's output in several formats: the first is shown
        children = children[:1]
    for child in children:
        # a section below has an entry of its own
        if not isinstance(child, nodes.section):
            yield from texts(child)


def entry(section: nodes.section, page: str, url: str) -> Entry:
    """Return the entry of one section."""
    found: dict[bool, list[str]] = {True: [], False: []}
    for is_code, text in texts(section):
        found[is_code].append(text)
    # those of this section, not of one below
    asked: list[str] = []
    for child in section.children:
        if isinstance(child, Asked):
            asked += child["wordings"]
    address = address_of(section, url)
    title = title_of(section, page)
    entry: Entry = {
        **address,
        "page": page,
        "title": title,
        "text": joined(found[False]),
        "code": joined(found[True]),
    }
    # the script is loaded with every search: it has no empty lists
    if asked:
        entry["asked"] = asked
    return entry


def title_of(node: nodes.Element, otherwise: str) -> str:
    """Return the first title in a page or a section."""
    title = node.next_node(nodes.title)
    return title.astext() if title else otherwise


def address_of(section: nodes.section, url: str) -> Entry:
    """Return where a section is: the first by the name of its page, any other by its anchor."""
    anchors = section["ids"]
    # the first stands in the page itself
    is_inside = isinstance(section.parent, nodes.section)
    if is_inside and anchors:
        # the others are for links from elsewhere
        anchor = anchors[0]
        return {"id": f"{url}#{anchor}", "name": ""}
    # a script of the gallery has a number in front of its name
    page = Path(url).stem
    name = NAME.sub("", page)
    return {"id": url, "name": name}


def joined(parts: Iterable[str]) -> str:
    """Return texts as one, with single spaces."""
    text = " ".join(parts)
    return SPACE.sub(" ", text).strip()


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the entries of a page that was just read."""
    docname = app.env.docname
    page = title_of(doctree, docname)
    url = f"{docname}.html"
    sections = doctree.findall(nodes.section)
    entries = [entry(section, page, url) for section in sections]
    kept = entries_of(app.env)
    kept[docname] = entries
    # of the first page there was none before
    app.env.site_search = kept  # type: ignore[attr-defined]


def entries_of(env: BuildEnvironment) -> dict[str, list[Entry]]:
    """Return the entries that an environment keeps, by the page."""
    # Sphinx keeps whatever is set on it
    entries: dict[str, list[Entry]] = getattr(env, "site_search", {})
    return entries


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget the entries of a page that changed or went away."""
    entries_of(env).pop(docname, None)


def merge(
    app: Sphinx,
    env: BuildEnvironment,
    docnames: set[str],
    other: BuildEnvironment,
) -> None:
    """Take over the entries that another process read."""
    # no page is read by two processes
    found = entries_of(env) | entries_of(other)
    env.site_search = found  # type: ignore[attr-defined]


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the entries as a script."""
    if error is not None or app.builder.format != "html":
        return
    # in the order of the pages: which process read them first changes nothing
    kept = entries_of(app.env)
    by_page = dict(sorted(kept.items()))
    entries = list(chain.from_iterable(by_page.values()))
    search = script("UNROLLED_SEARCH", entries)
    messages = script("UNROLLED_MESSAGES", table())
    # a script, not JSON: a page from disk may load no data
    path = Path(app.outdir) / "_static" / "searchdata.js"
    text = f"{search}{messages}"
    path.write_text(text, encoding="utf-8")


def script(name: str, value: Any) -> str:
    """Return the line of JavaScript that gives a name to a value."""
    # sorted: the same site has the same bytes
    data = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return f"window.{name} = {data};\n"


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_node(Asked, html=(leave_out, None))
    app.add_directive("asked", AskedDirective)
    app.connect("doctree-read", collect)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("build-finished", write)
    return {
        "parallel_read_safe": True,
        "parallel_write_safe": True,
        "env_version": 2,
    }
