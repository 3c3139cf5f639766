"""Let a gallery page begin with its answer: the picture at the top, the set-up folded.

``.. first-picture::`` in a script's docstring shows the first diagram or figure of the library that
the script draws, with the caption that is its content. The picture is moved: where it was drawn, a
link leads to it. The first block of code of a page, which imports and makes the data, is folded,
and says how many lines it has.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from gallery_pages import FIGURE, is_example
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from store import write_if_changed

logger = logging.getLogger(__name__)

ANCHOR = "first-picture"
FOLD = '<details class="set-up"><summary>Data and imports, {} lines</summary>'
LINK = "The picture is at the top of this page."
FIGURE_NAME = re.compile(r"_figure_(\d+)_")
DIRECTIVE = re.compile(
    r"\.\. first-picture::\n\n((?: {3}\S.*\n)+)", re.MULTILINE
)


class FirstPicture(SphinxDirective):
    """The place of the picture that answers the question of a page."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return a figure that waits for its picture, with the caption."""
        text = " ".join(self.content)
        words, messages = self.parse_inline(text)
        caption = nodes.caption("", "", *words)
        place = nodes.figure("", caption, ids=[ANCHOR], classes=[ANCHOR])
        # where a warning says that the script draws no picture
        self.set_source_info(place)
        return [place, *messages]


def number_of(image: nodes.Element) -> str | None:
    """Return the number of a figure that the gallery's scraper wrote, one image for each theme."""
    # only images have an address
    address = image.get("uri", "")
    found = FIGURE_NAME.search(address)
    return found[1] if found else None


def first_picture(page: nodes.document) -> list[nodes.Element]:
    """Return the nodes of the first picture that the script drew."""
    for node in page.findall(nodes.Element):
        # a diagram is HTML, and draws both themes itself
        is_html = isinstance(node, nodes.raw)
        if is_html and FIGURE in node.astext():
            return [node]
        number = number_of(node)
        if number is None:
            continue
        # a figure is an image for each theme
        images = page.findall(nodes.image)
        return [image for image in images if number_of(image) == number]
    return []


def hoist(page: nodes.document, place: nodes.figure) -> None:
    """Move the first picture to its place, and leave a link where it was."""
    drawn = first_picture(page)
    if not drawn:
        logger.warning("the script draws no picture", location=place)
        return
    first, *others = drawn
    link = nodes.reference("", LINK, refid=ANCHOR, internal=True)
    instead = nodes.paragraph("", "", link, classes=["hoisted"])
    first.replace_self(instead)
    # one link is enough for all themes
    for other in others:
        other.parent.remove(other)
    # above the caption
    place[0:0] = drawn


def fold(page: nodes.document) -> None:
    """Fold the first block of code of a page."""
    for block in page.findall(nodes.literal_block):
        # what a script prints is a block too
        if block.get("language") != "Python":
            continue
        code = block.astext().strip()
        lines = code.splitlines()
        opening = FOLD.format(len(lines))
        above = nodes.raw("", opening, format="html")
        below = nodes.raw("", "</details>", format="html")
        block.replace_self([above, block, below])
        return


def begin_with_answer(app: Sphinx, page: nodes.document) -> None:
    """Put the parts of a gallery page in their order."""
    if not is_example(app, app.env.docname):
        return
    # a list: the tree changes while it is read
    figures = list(page.findall(nodes.figure))
    for place in figures:
        if ANCHOR in place["ids"]:
            hoist(page, place)
    fold(page)


def plain_text(markdown: str) -> str:
    r"""Return the text of a notebook's cell with the caption instead of the directive.

    >>> plain_text(".. first-picture::\n\n   Two in,\n   one out.\n\n- So.")
    '> The first picture below: Two in,\n> one out.\n\n- So.'
    """

    def quote(found: re.Match[str]) -> str:
        indented = found[1]
        caption = re.sub("^ {3}", "> ", indented, flags=re.MULTILINE)
        return caption.replace("> ", "> The first picture below: ", 1)

    return DIRECTIVE.sub(quote, markdown)


def plain_captions(app: Sphinx) -> None:
    """Write the captions as plain text in the notebooks, where no directive is run."""
    folder = app.config.sphinx_gallery_conf["gallery_dirs"]
    gallery = Path(app.srcdir, folder)
    for path in gallery.rglob("plot_*.ipynb"):
        text = path.read_text(encoding="utf-8")
        notebook = json.loads(text)
        for cell in notebook["cells"]:
            # a notebook keeps a text as a list of its lines
            source = "".join(cell["source"])
            cell["source"] = [plain_text(source)]
        text = json.dumps(notebook, indent=2, ensure_ascii=False)
        write_if_changed(path, f"{text}\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_directive("first-picture", FirstPicture)
    app.connect("builder-inited", plain_captions, priority=910)
    # before the line of links is put under the first picture of the page
    app.connect("doctree-read", begin_with_answer, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
