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
    "diagram",
}  # a diagram is found on the page that draws it
HIDDEN = re.compile(r"<(style|script|defs)\b.*?</\1>|<!--.*?-->", re.S)
TAG = re.compile(r"<[^>]*>")
NAME = re.compile(r"^plot_\d+_")
SPACE = re.compile(r"\s+")


class Asked(nodes.Invisible, nodes.Element):
    """Other wordings of what the section around it answers."""


class AskedDirective(SphinxDirective):
    """Keep the wordings for the search."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return a node that no page shows."""
        return [
            Asked(
                wordings=[line.strip() for line in self.content if line.strip()]
            )
        ]


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
    """Return the text of HTML or inline SVG."""
    return html.unescape(TAG.sub(" ", HIDDEN.sub(" ", source)))


def one_of_each(node: nodes.Element) -> list[nodes.Node]:
    """Return the children that are shown: of a cell's output in several formats, the first."""
    if node.get("nb_element") == "mime_bundle":
        return list(node.children[:1])
    return list(node.children)


def is_code(node: nodes.Node) -> bool:
    """Tell whether a node holds code, printed output or a diagram."""
    return isinstance(node, nodes.literal_block | nodes.raw)


def texts(node: nodes.Node) -> Iterator[tuple[bool, str]]:
    """Yield the texts below a node, not those of its sections, each with whether it is code."""
    if isinstance(node, SKIPPED) or not UNSHOWN.isdisjoint(
        getattr(node, "attributes", {}).get("classes", ())
    ):
        return
    if isinstance(node, nodes.raw):
        yield True, words_of_html(node.astext())
    elif isinstance(node, nodes.TextElement):
        yield is_code(node), node.astext()
    elif isinstance(node, nodes.Element):
        for child in one_of_each(node):
            if not isinstance(child, nodes.section):
                yield from texts(child)


def entry(section: nodes.section, page: str, url: str) -> Entry:
    """Return the entry of one section."""
    title = section.next_node(nodes.title)
    found = list(texts(section))
    asked = [
        w
        for child in section.children
        if isinstance(child, Asked)
        for w in child["wordings"]
    ]
    entry: Entry = {
        **address_of(section, url),
        "page": page,
        "title": title.astext() if title else page,
        "text": joined(text for is_code, text in found if not is_code),
        "code": joined(text for is_code, text in found if is_code),
    }
    if asked:
        entry["asked"] = asked
    return entry


def address_of(section: nodes.section, url: str) -> Entry:
    """Return where a section is: the first by the name of its page, any other by its anchor."""
    if section["ids"] and isinstance(section.parent, nodes.section):
        return {"id": f"{url}#{section['ids'][0]}", "name": ""}
    return {"id": url, "name": NAME.sub("", Path(url).stem)}


def joined(parts: Iterable[str]) -> str:
    """Return texts as one, with single spaces."""
    return SPACE.sub(" ", " ".join(parts)).strip()


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the entries of a page that was just read."""
    docname = app.env.docname
    found: dict[str, list[Entry]] = getattr(app.env, "site_search", {})
    title = doctree.next_node(nodes.title)
    page = title.astext() if title else docname
    url = f"{docname}.html"
    found[docname] = [
        entry(section, page, url) for section in doctree.findall(nodes.section)
    ]
    app.env.site_search = found  # type: ignore[attr-defined]


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget the entries of a page that changed or went away."""
    getattr(env, "site_search", {}).pop(docname, None)


def merge(
    app: Sphinx,
    env: BuildEnvironment,
    docnames: set[str],
    other: BuildEnvironment,
) -> None:
    """Take over the entries that another process read."""
    found = {
        **getattr(env, "site_search", {}),
        **getattr(other, "site_search", {}),
    }
    env.site_search = found  # type: ignore[attr-defined]


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the entries as a script."""
    if error is not None or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    found: dict[str, list[Entry]] = getattr(app.env, "site_search", {})
    entries = [e for docname in sorted(found) for e in found[docname]]
    data = f"{script('UNROLLED_SEARCH', entries)}{script('UNROLLED_MESSAGES', table())}"
    (static / "searchdata.js").write_text(data, encoding="utf-8")


def script(name: str, value: Any) -> str:
    """Return the line of JavaScript that gives a name to a value."""
    return f"window.{name} = {json.dumps(value, ensure_ascii=False, sort_keys=True)};\n"


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
