"""Let a gallery page begin with its answer: the picture at the top, the set-up folded.

``.. first-picture::`` in a script's docstring shows the first diagram that the script draws, with
the caption that is its content; ``.. first-picture:: figure 1`` shows the first figure. The picture
is moved: where it was drawn, a link leads to it. The first block of code of a page, which imports
and makes the data, is folded, and says how many lines it has.
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
DIRECTIVE = re.compile(
    r"\.\. first-picture::.*\n\n((?: {3}\S.*\n)+)", re.MULTILINE
)


class FirstPicture(SphinxDirective):
    """The place of the picture that answers the question of a page."""

    optional_arguments = 2
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return a figure that waits for its picture, with the caption."""
        kind, number = (*self.arguments, "diagram", "1")[:2]
        if kind not in ("diagram", "figure") or not number.isdigit():
            raise self.error("expected nothing, or a kind and a number")
        words, messages = self.parse_inline(" ".join(self.content))
        caption = nodes.caption("", "", *words)
        place = nodes.figure("", caption, ids=[ANCHOR], classes=[ANCHOR])
        place["picture"] = (kind, int(number))
        self.set_source_info(place)
        return [place, *messages]


def diagrams(page: nodes.document) -> list[list[nodes.Element]]:
    """Return the diagrams that a script drew, each as its nodes."""
    raw = page.findall(nodes.raw)
    return [[node] for node in raw if FIGURE in node.astext()]


def figures(page: nodes.document) -> list[list[nodes.Element]]:
    """Return the figures, each as its nodes: one image for each theme."""
    found: dict[str, list[nodes.Element]] = {}
    for image in page.findall(nodes.image):
        name = re.search(r"_figure_(\d+)_", image["uri"])
        if name:
            found.setdefault(name[1], []).append(image)
    return [found[number] for number in sorted(found, key=int)]


def hoist(page: nodes.document, place: nodes.figure) -> None:
    """Move a picture to its place, and leave a link where it was."""
    kind, number = place["picture"]
    drawn = diagrams(page) if kind == "diagram" else figures(page)
    if number > len(drawn):
        logger.warning(
            "the script shows no %s %d", kind, number, location=place
        )
        return
    first, *others = drawn[number - 1]
    link = nodes.reference("", LINK, refid=ANCHOR, internal=True)
    first.replace_self(nodes.paragraph("", "", link, classes=["hoisted"]))
    for other in others:
        other.parent.remove(other)
    place[0:0] = [first, *others]


def fold(page: nodes.document) -> None:
    """Fold the first block of code of a page."""
    blocks = page.findall(nodes.literal_block)
    code = [block for block in blocks if block.get("language") == "Python"]
    if not code:
        return
    block = code[0]
    lines = len(block.astext().strip().splitlines())
    above = nodes.raw("", FOLD.format(lines), format="html")
    below = nodes.raw("", "</details>", format="html")
    block.replace_self([above, block, below])


def begin_with_answer(app: Sphinx, page: nodes.document) -> None:
    """Put the parts of a gallery page in their order."""
    if not is_example(app, app.env.docname):
        return
    for place in list(page.findall(nodes.figure)):
        if "picture" in place:
            hoist(page, place)
    fold(page)


def plain_text(markdown: str) -> str:
    r"""Return the text of a notebook's cell with the caption instead of the directive.

    >>> plain_text(".. first-picture::\n\n   Two in,\n   one out.\n\n- So.")
    '> The first picture below: Two in,\n> one out.\n\n- So.'
    """

    def quote(found: re.Match[str]) -> str:
        caption = re.sub(r"^ {3}", "> ", found[1], flags=re.MULTILINE)
        return caption.replace("> ", "> The first picture below: ", 1)

    return DIRECTIVE.sub(quote, markdown)


def plain_captions(app: Sphinx) -> None:
    """Write the captions as plain text in the notebooks, where no directive is run."""
    folder = app.config.sphinx_gallery_conf["gallery_dirs"]
    for path in Path(app.srcdir, folder).rglob("plot_*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            cell["source"] = [plain_text("".join(cell["source"]))]
        text = json.dumps(notebook, indent=2, ensure_ascii=False)
        write_if_changed(path, f"{text}\n")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_directive("first-picture", FirstPicture)
    app.connect("builder-inited", plain_captions, priority=910)
    # before the line of links is put under the first picture of the page
    app.connect("doctree-read", begin_with_answer, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
