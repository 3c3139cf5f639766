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
SCRIPT = re.compile(r"plot_\d+_(?P<name>\w+)\.py")


def scripts(folder: Path) -> list[Path]:
    """Return the gallery scripts in the order of their file names."""
    return [
        p
        for p in sorted(folder.glob("**/plot_*.py"))
        if SCRIPT.fullmatch(p.name)
    ]


def title(script: Path) -> str:
    """Return the first line of a script's docstring."""
    lines = (
        ast.get_docstring(ast.parse(script.read_text(encoding="utf-8")))
        or script.stem
    ).splitlines()
    return next(line for line in lines if line.strip() and set(line) != {"="})


def unique_ids(html: str, prefix: str) -> str:
    """Return HTML whose ids, and the references to them, start with a prefix."""
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    if not ids:
        return html
    names = "|".join(sorted(map(re.escape, ids), key=len, reverse=True))
    html = re.sub(rf'\bid="({names})"', rf'id="{prefix}\1"', html)
    html = re.sub(rf'(url\(#|href="#)({names})(?=[")])', rf"\1{prefix}\2", html)

    def labels(match: re.Match[str]) -> str:
        words = (
            prefix + word if word in ids else word for word in match[2].split()
        )
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
        found = []
        for script in scripts(self.sources):
            match = SCRIPT.fullmatch(script.name)
            if match is not None and match["name"] == name:
                found.append(script)
        if len(found) != 1:
            raise self.error(
                f"{len(found)} gallery scripts are named plot_NN_{name}.py"
            )
        return found[0]

    def run(self) -> list[nodes.Node]:
        """Return the diagram and the link to its page."""
        script = self.script_named(self.arguments[0])
        folder = (
            Path(self.env.srcdir)
            / self.pages
            / script.parent.relative_to(self.sources)
        )
        drawn = folder / "images" / f"{script.stem}_diagram_1.html"
        words = nodes.Text(title(script))
        caption = nodes.paragraph(
            "", "", self.link(script, words, classes=["diagram-page"])
        )
        box = nodes.container("", classes=["diagram"])
        if drawn.exists():
            self.env.note_dependency(str(drawn))
            html = unique_ids(
                drawn.read_text(encoding="utf-8"),
                f"d{self.env.new_serialno('diagram')}-",
            )
            box += nodes.raw("", html, format="html")
        else:
            logger.warning(
                "%s has drawn nothing yet",
                script.name,
                location=self.get_location(),
            )
        box += nodes.container("", caption, classes=["diagram-source"])
        return [box]


class CasesDirective(GalleryDirective):
    """Every gallery page as a picture; with an argument, those of one gallery folder."""

    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the list of pictures."""
        self.env.note_dependency(
            str(Path(self.env.srcdir) / self.pages / "index.rst")
        )
        folder = (
            self.sources / self.arguments[0] if self.arguments else self.sources
        )
        items = [self.item(script) for script in scripts(folder)]
        return (
            [nodes.bullet_list("", *items, classes=["cases"])] if items else []
        )

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
