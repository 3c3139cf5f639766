"""Show what the gallery drew on other pages.

``{diagram} many_to_one`` puts the first diagram of that gallery page in line, with a link to the
page; ``{cases}`` shows every gallery page as a picture that links to it.
"""

from __future__ import annotations

import ast
import posixpath
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)
SCRIPT = re.compile(r"plot_\d+_\w+\.py")


def scripts(folder: Path) -> list[Path]:
    """Return the gallery scripts in the order of their file names."""
    found = sorted(folder.glob("**/plot_*.py"))
    return [path for path in found if SCRIPT.fullmatch(path.name)]


def title(script: Path) -> str:
    """Return the first line of a script's docstring."""
    tree = ast.parse(script.read_text(encoding="utf-8"))
    docstring = ast.get_docstring(tree) or script.stem
    lines = docstring.splitlines()
    return next(line for line in lines if line.strip("= "))


def unique_ids(html: str, prefix: str) -> str:
    """Return HTML whose ids, and the references to them, start with a prefix."""
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    if not ids:
        return html
    names = "|".join(sorted(map(re.escape, ids), key=len, reverse=True))
    html = re.sub(rf'\bid="({names})"', rf'id="{prefix}\1"', html)
    html = re.sub(rf'(url\(#|href="#)({names})(?=[")])', rf"\1{prefix}\2", html)

    def labels(match: re.Match[str]) -> str:
        words = match[2].split()
        for place, word in enumerate(words):
            if word in ids:
                words[place] = f"{prefix}{word}"
        return f'{match[1]}="{" ".join(words)}"'

    return re.sub(r'\b(aria-\w+|for|headers)="([^"]*)"', labels, html)


class GalleryDirective(SphinxDirective):
    """A directive that knows where the gallery's scripts and pages are."""

    @property
    def sources(self) -> Path:
        """Where the scripts are."""
        return Path(
            self.env.srcdir,
            str(self.config.sphinx_gallery_conf["examples_dirs"]),
        ).resolve()

    @property
    def pages(self) -> str:
        """Where the generated pages are, below the source folder."""
        return str(self.config.sphinx_gallery_conf["gallery_dirs"])

    def docname(self, script: Path) -> str:
        """Return the document that a script becomes."""
        return f"{self.pages}/{script.relative_to(self.sources).with_suffix('').as_posix()}"

    def link(
        self, script: Path, *children: nodes.Node, classes: list[str]
    ) -> nodes.Node:
        """Return a link to the page of a script; a cross-reference would keep only its text."""
        here = posixpath.dirname(self.env.docname) or "."
        uri = posixpath.relpath(f"{self.docname(script)}.html", here)
        return nodes.reference(
            "", "", *children, refuri=uri, internal=True, classes=classes
        )


class DiagramDirective(GalleryDirective):
    """The first diagram of one gallery page."""

    required_arguments = 1

    def script_named(self, name: str) -> Path:
        """Return the one gallery script of a name."""
        meant = re.compile(rf"plot_\d+_{re.escape(name)}\.py")
        every = scripts(self.sources)
        found = [script for script in every if meant.fullmatch(script.name)]
        if len(found) != 1:
            raise self.error(
                f"{len(found)} gallery scripts are named plot_NN_{name}.py"
            )
        return found[0]

    def run(self) -> list[nodes.Node]:
        """Return the diagram and the link to its page."""
        script = self.script_named(self.arguments[0])
        section = script.parent.relative_to(self.sources)
        images = Path(self.env.srcdir) / self.pages / section / "images"
        drawn = images / f"{script.stem}_diagram_1.html"
        words = nodes.Text(title(script))
        link = self.link(script, words, classes=["diagram-page"])
        caption = nodes.paragraph("", "", link)
        box = nodes.container("", classes=["diagram"])
        if drawn.exists():
            self.env.note_dependency(str(drawn))
            prefix = f"d{self.env.new_serialno('diagram')}-"
            html = unique_ids(drawn.read_text(encoding="utf-8"), prefix)
            box += nodes.raw("", html, format="html")
        else:
            place = self.get_location()
            logger.warning(
                "%s has drawn nothing yet", script.name, location=place
            )
        box += nodes.container("", caption, classes=["diagram-source"])
        return [box]


class CasesDirective(GalleryDirective):
    """Every gallery page as a picture; with an argument, those of one gallery folder."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the list of pictures."""
        index = Path(self.env.srcdir) / self.pages / "index.rst"
        self.env.note_dependency(str(index))
        folder = self.sources
        if self.arguments:
            folder = folder / self.arguments[0]
        items = list(map(self.item, scripts(folder)))
        if not items:
            return []
        return [nodes.bullet_list("", *items, classes=["cases"])]

    def item(self, script: Path) -> nodes.Node:
        """Return one picture with its title."""
        folder = Path(self.pages) / script.parent.relative_to(self.sources)
        thumbnail = f"/{folder.as_posix()}/images/thumb/sphx_glr_{script.stem}_thumb.png"
        picture = nodes.image("", uri=thumbnail, alt="")
        words = nodes.inline("", title(script), classes=["case-title"])
        link = self.link(script, picture, words, classes=["case"])
        return nodes.list_item("", nodes.paragraph("", "", link))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_directive("diagram", DiagramDirective)
    app.add_directive("cases", CasesDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
