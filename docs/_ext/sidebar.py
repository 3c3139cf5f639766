"""Say the level of the captions in the sidebar: Sphinx makes headings of them, and leaves their level out."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx


def set_level(app: Sphinx, name: str, template: str, context: dict[str, Any], tree: Any) -> None:
    """Set it in the tree that the theme shows."""
    shown = context.get("furo_navigation_tree", "")
    context["furo_navigation_tree"] = shown.replace(
        'class="caption" role="heading"', 'class="caption" role="heading" aria-level="2"'
    )


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("html-page-context", set_level, priority=900)  # after the theme has made the tree
    return {"parallel_read_safe": True, "parallel_write_safe": True}
