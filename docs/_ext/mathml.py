"""Render formulas as MathML while the site is built: no script in the page, nothing loaded from elsewhere.

Temml (from npm) converts; one node process serves all formulas of a page. A font with the measures that
MathML needs comes with the site, because many systems have none: brackets would not grow there.
"""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

FONT = "@fontsource/noto-sans-math"
# file in node_modules -> name in _static; each with its licence
FILES = {
    "temml/dist/Temml-Local.css": "math/temml.css",
    "temml/dist/Temml.woff2": "math/Temml.woff2",
    "temml/LICENSE": "math/temml.LICENSE.txt",
    f"{FONT}/files/noto-sans-math-latin-400-normal.woff2": "math/NotoSansMath-Regular.woff2",
    f"{FONT}/LICENSE": "math/NotoSansMath.LICENSE.txt",
}
CONVERT = """
const temml = require(process.argv[1]);
const formulas = JSON.parse(require("fs").readFileSync(0, "utf8"));
const convert = ({tex, block}) => {
  try { return {mathml: temml.renderToString(tex, {displayMode: block, throwOnError: true})}; }
  catch (error) { return {error: error.message}; }
};
process.stdout.write(JSON.stringify(formulas.map(convert)));
"""
ROWS = re.compile(r"\\\\|(?<!\\)&")


def tex(node: nodes.Element) -> str:
    """Return the source of a formula; rows and columns outside an environment are aligned at their ``&``."""
    source = node.astext().strip()
    if isinstance(node, nodes.math_block) and r"\begin{" not in source and ROWS.search(source):
        return rf"\begin{{aligned}}{source}\end{{aligned}}"
    return source


def convert(modules: Path, formulas: list[dict[str, Any]]) -> list[dict[str, str]]:
    """Return the MathML, or the error, of each formula."""
    command = ["node", "--eval", CONVERT, str((modules / "temml/dist/temml.cjs").resolve())]
    done = subprocess.run(
        command, input=json.dumps(formulas), capture_output=True, text=True, check=True
    )
    answers: list[dict[str, str]] = json.loads(done.stdout)
    return answers


def render(app: Sphinx, doctree: nodes.document) -> None:
    """Give every formula of a page its MathML, which is kept with the page."""
    found = [
        n for n in doctree.findall(nodes.Element) if isinstance(n, nodes.math | nodes.math_block)
    ]
    if not found:
        return
    formulas = [{"tex": tex(node), "block": isinstance(node, nodes.math_block)} for node in found]
    for node, answer in zip(
        found, convert(Path(app.srcdir) / "node_modules", formulas), strict=True
    ):
        if "error" in answer:
            logger.warning("%s", answer["error"].splitlines()[0], location=node)
        node["mathml"] = answer.get("mathml") or f"<code>{html.escape(node.astext())}</code>"


def visit_inline(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula in a line of text."""
    self.body.append(f'<span class="math">{node["mathml"]}</span>')
    raise nodes.SkipNode


def visit_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula of its own; it scrolls by itself where the page is narrow."""
    self.body.append(self.starttag(node, "div", CLASS="math"))
    if node.get("number"):
        self.body.append(f'<span class="eqno">({node["number"]})')
        self.add_permalink_ref(node, "Link to this formula")
        self.body.append("</span>")
    self.body.append(f"{node['mathml']}</div>\n")
    raise nodes.SkipNode


def copy(app: Sphinx) -> None:
    """Put the style sheet, the fonts and their licences beside the other static files."""
    for source, name in FILES.items():
        target = Path(app.outdir) / "_static" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(app.srcdir) / "node_modules" / source, target)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.add_css_file("math/temml.css")
    app.connect("builder-inited", copy)
    app.connect("doctree-read", render)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
