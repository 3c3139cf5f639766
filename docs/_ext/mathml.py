"""Render formulas as MathML while the site is built: no script, nothing loaded from elsewhere.

Docutils converts. A font with the measures that MathML needs comes with the site
(``_static/math``), because many systems have none: brackets would not grow there.
"""

from __future__ import annotations

import html
import re
from typing import Any

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

ROWS = re.compile(r"\\\\|(?<!\\)&")


def tex(node: nodes.Element) -> str:
    """Return the source of a formula; rows outside an environment are aligned at their ``&``."""
    source = node.astext().strip()
    # a formula in a line of text has one row
    if isinstance(node, nodes.math):
        return source
    # it says itself how its rows stand
    if r"\begin{" in source:
        return source
    if not ROWS.search(source):
        return source
    return rf"\begin{{aligned}}{source}\end{{aligned}}"


def render(app: Sphinx, doctree: nodes.document) -> None:
    """Give every formula of a page its MathML, which is kept with the page."""
    for kind in (nodes.math, nodes.math_block):
        formulas = doctree.findall(kind)
        for node in formulas:
            node["mathml"] = convert(node)


def convert(node: nodes.Element) -> str:
    """Return the MathML of a formula; one that cannot be read is shown as it is, and warns."""
    source = tex(node)
    as_block = isinstance(node, nodes.math_block)
    try:
        mathml = tex2mathml(source, as_block=as_block)
    except MathError as error:
        # the whole site is made first; then the warning ends the build
        logger.warning("%s", error, location=node)
        shown = html.escape(node.astext())
        return f"<code>{shown}</code>"
    # a tree with a line for each element: a page needs no indents
    lines = map(str.strip, mathml.splitlines())
    return " ".join(lines)


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula in a line of text."""
    self.body.append(f'<span class="math">{node["mathml"]}</span>')
    raise nodes.SkipNode


def visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula of its own; it scrolls by itself where the page is narrow."""
    self.body.append(self.starttag(node, "div", CLASS="math"))
    # a formula with a label, which other pages may link
    number = node.get("number")
    if number:
        self.body.append(f'<span class="eqno">({number})')
        self.add_permalink_ref(node, "Link to this formula")
        self.body.append("</span>")
    self.body.append(f"{node['mathml']}</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_html_math_renderer(
        "mathml", (visit_inline, None), (visit_block, None)
    )
    app.connect("doctree-read", render)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
