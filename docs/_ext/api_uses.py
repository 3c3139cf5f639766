"""Pages of the library: lists of what there is, and which pages use it, read from their code.

``{api-list}`` lists public names, each with the first line of its docstring; ``{pages-that-use}``
links the gallery pages and documents whose code uses a name. When these pages are read again, the
extension ``freshness`` says.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from code_uses import code_of, uses_in
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import unrolled

LITERAL = re.compile(r"``(.+?)``|:\w+:`~?(.+?)`")


def sources(root: Path, docs: Path) -> Iterator[tuple[str, Path]]:
    """Yield each page that is written by hand and has code, with its file."""
    gallery = root / "gallery"
    for path in sorted(gallery.rglob("plot_*.py")):
        # its page is in another folder, under the same name
        relative = path.relative_to(gallery).with_suffix("")
        yield f"auto_gallery/{relative.as_posix()}", path
    for path in sorted(docs.glob("*.md")):
        yield path.stem, path


@cache
def _uses(path: Path, changed: float) -> frozenset[str]:
    """Return what a file uses; the moment of its last change keeps the answer true."""
    code = code_of(path)
    return frozenset(uses_in(code))


def first_line(name: str) -> str:
    """Return the first line of the docstring of a public name.

    >>> first_line("explain")
    'Say what an error of Keras means, and what to do.'
    """
    docstring = inspect.getdoc(getattr(unrolled, name)) or ""
    first, _, _ = docstring.partition("\n")
    return first


def plain_nodes(text: str) -> list[nodes.Node]:
    """Return a line of a docstring as nodes: what is marked in it as code, else text."""
    found: list[nodes.Node] = []
    start = 0
    for match in LITERAL.finditer(text):
        words = text[start : match.start()]
        found.append(nodes.Text(words))
        # between backticks, or the name in a role
        code = match[1] or match[2]
        found.append(nodes.literal("", code))
        start = match.end()
    words = text[start:]
    found.append(nodes.Text(words))
    return found


class ApiListDirective(SphinxDirective):
    """List public names with what their docstrings say first."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return a list with a link to each."""
        items = nodes.bullet_list()
        for name in " ".join(self.content).split():
            link = addnodes.pending_xref(
                "",
                nodes.literal("", name, classes=["xref", "py"]),
                refdomain="py",
                reftype="obj",
                reftarget=f"unrolled.{name}",
                refexplicit=True,
                refwarn=True,
                refdoc=self.env.docname,
            )
            line = [link, nodes.Text(": "), *plain_nodes(first_line(name))]
            items += nodes.list_item("", nodes.paragraph("", "", *line))
        return [items]


class PagesThatUseDirective(SphinxDirective):
    """Link the pages whose code uses a public name."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return a list of links under a small heading; nothing where no page uses it."""
        name = self.arguments[0]
        if name not in unrolled.__all__:
            raise self.error(f"{name!r} is no public name of unrolled")
        docs = Path(self.env.srcdir)
        gallery = docs / self.config.sphinx_gallery_conf["examples_dirs"]
        root = gallery.resolve().parent
        items = nodes.bullet_list()
        for page, path in sources(root, docs):
            # each page of the API asks for all of them
            changed = path.stat().st_mtime
            if name not in _uses(path, changed):
                continue
            # Sphinx puts the title of the page in place of its name
            link = addnodes.pending_xref(
                "",
                nodes.inline("", page, classes=["xref", "std", "std-doc"]),
                refdomain="std",
                reftype="doc",
                reftarget=f"/{page}",
                refexplicit=False,
                refwarn=True,
                refdoc=self.env.docname,
            )
            paragraph = nodes.paragraph("", "", link)
            items += nodes.list_item("", paragraph)
        if not items.children:
            return []
        heading = nodes.rubric("", "Pages that use it")
        return [heading, items]


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_directive("api-list", ApiListDirective)
    app.add_directive("pages-that-use", PagesThatUseDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
