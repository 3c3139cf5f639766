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
#: something besides a line under or over a title
WORDS = re.compile("[^= ]")
SCRIPT = re.compile(r"plot_\d+_\w+\.py")


def scripts(folder: Path) -> list[Path]:
    """Return the gallery scripts in the order of their file names."""
    found = sorted(folder.glob("**/plot_*.py"))
    # a script without a number is no example
    return [path for path in found if SCRIPT.fullmatch(path.name)]


def title(script: Path) -> str:
    """Return the first line of a script's docstring."""
    text = script.read_text(encoding="utf-8")
    tree = ast.parse(text)
    docstring = ast.get_docstring(tree) or script.stem
    lines = docstring.splitlines()
    # a line of "=" may stand over the title
    return next(filter(WORDS.search, lines))


def unique_ids(html: str, prefix: str) -> str:
    """Return HTML whose ids, and the references to them, start with a prefix."""
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    # a pattern of no names would match everywhere
    if not ids:
        return html
    # the longest first: one id may begin as another
    patterns = sorted(map(re.escape, ids), key=len, reverse=True)
    names = "|".join(patterns)
    html = re.sub(rf'\bid="({names})"', rf'id="{prefix}\1"', html)
    html = re.sub(rf'(url\(#|href="#)({names})(?=[")])', rf"\1{prefix}\2", html)

    def labels(match: re.Match[str]) -> str:
        # one attribute may refer to several
        words = match[2].split()
        for place, word in enumerate(words):
            if word in ids:
                words[place] = f"{prefix}{word}"
        renamed = " ".join(words)
        return f'{match[1]}="{renamed}"'

    return re.sub(r'\b(aria-\w+|for|headers)="([^"]*)"', labels, html)


class GalleryDirective(SphinxDirective):
    """A directive that knows where the gallery's scripts and pages are."""

    @property
    def sources(self) -> Path:
        """Where the scripts are."""
        name = str(self.config.sphinx_gallery_conf["examples_dirs"])
        # it begins with "..": the scripts are beside the pages
        return Path(self.env.srcdir, name).resolve()

    @property
    def pages(self) -> str:
        """Where the generated pages are, below the source folder."""
        return str(self.config.sphinx_gallery_conf["gallery_dirs"])

    def link(
        self, script: Path, *children: nodes.Node, classes: list[str]
    ) -> nodes.Node:
        """Return a link to the page of a script; a cross-reference would keep only its text."""
        here = posixpath.dirname(self.env.docname)
        address = script.relative_to(self.sources).with_suffix(".html")
        page = f"{self.pages}/{address.as_posix()}"
        uri = posixpath.relpath(page, here)
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
        count = len(found)
        if count != 1:
            raise self.error(
                f"{count} gallery scripts are named plot_NN_{name}.py"
            )
        return found[0]

    def run(self) -> list[nodes.Node]:
        """Return the diagram and the link to its page."""
        script = self.script_named(self.arguments[0])
        # sphinx-gallery writes the pictures beside the pages, section by section
        section = script.parent.relative_to(self.sources)
        images = Path(self.env.srcdir) / self.pages / section / "images"
        drawn = images / f"{script.stem}_diagram_1.html"
        words = nodes.Text(title(script))
        link = self.link(script, words, classes=["diagram-page"])
        caption = nodes.paragraph("", "", link)
        box = nodes.container("", classes=["diagram"])
        if drawn.exists():
            self.env.note_dependency(str(drawn))
            # one page may show the same diagram twice
            number = self.env.new_serialno("diagram")
            text = drawn.read_text(encoding="utf-8")
            html = unique_ids(text, f"d{number}-")
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
        # HTML has no empty list
        if not items:
            return []
        return [nodes.bullet_list("", *items, classes=["cases"])]

    def item(self, script: Path) -> nodes.Node:
        """Return one picture with its title."""
        section = script.parent.relative_to(self.sources)
        folder = Path(self.pages, section).as_posix()
        # so sphinx-gallery names it
        thumbnail = f"/{folder}/images/thumb/sphx_glr_{script.stem}_thumb.png"
        picture = nodes.image("", uri=thumbnail, alt="")
        words = nodes.inline("", title(script), classes=["case-title"])
        link = self.link(script, picture, words, classes=["case"])
        paragraph = nodes.paragraph("", "", link)
        return nodes.list_item("", paragraph)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_directive("diagram", DiagramDirective)
    app.add_directive("cases", CasesDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
