"""The sidebar: the level of its captions, and of the error pages those of the topic alone."""

from __future__ import annotations

import posixpath
import re
from typing import Any

from sphinx.application import Sphinx

from unrolled.explanations.mistakes import catalogue

ITEM = re.compile(
    r'<li class="toctree-l2[^"]*"><a class="[^"]*" href="(?P<link>[^"]*)">.*?</a></li>\n?'
)
EMPTY = re.compile(r"<ul[^>]*>\s*</ul>")


def topic(docname: str) -> str:
    """Return the topic of an error page, empty for any other page."""
    folder, _, name = docname.partition("/")
    return (
        catalogue()[name].topic
        if folder == "errors" and name in catalogue()
        else ""
    )


def prune(tree: str, here: str) -> str:
    """Leave out the error pages of other topics: two hundred links hide the rest."""

    def kept(item: re.Match[str]) -> str:
        name = posixpath.normpath(
            posixpath.join(
                posixpath.dirname(here), item["link"].removesuffix(".html")
            )
        )
        return item[0] if topic(name) in ("", topic(here)) else ""

    return EMPTY.sub("", ITEM.sub(kept, tree))


def prune_before(
    app: Sphinx, name: str, template: str, context: dict[str, Any], tree: Any
) -> None:
    """Let the theme see the smaller tree, which it reads once for every page."""
    whole = context.get("toctree")
    if whole is not None:
        context["toctree"] = lambda **how: prune(whole(**how), name)


def set_level(
    app: Sphinx, name: str, template: str, context: dict[str, Any], tree: Any
) -> None:
    """Say the level of each caption in the tree that the theme shows."""
    shown = context.get("furo_navigation_tree", "")
    context["furo_navigation_tree"] = shown.replace(
        'class="caption" role="heading"',
        'class="caption" role="heading" aria-level="2"',
    )


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("html-page-context", prune_before, priority=100)
    app.connect(
        "html-page-context", set_level, priority=900
    )  # after the theme has made the tree
    return {"parallel_read_safe": True, "parallel_write_safe": True}
