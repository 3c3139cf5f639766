"""Keep the docstrings of attributes and properties as they are.

Napoleon takes what stands before the first colon of such a docstring for a type: "The state: one
row a step".
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

PLAIN = ("attribute", "data", "property")
originals: dict[str, list[str]] = {}


def remember(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Keep the docstring before napoleon sees it."""
    if what not in PLAIN:
        return
    # a copy: napoleon writes into the list
    originals[name] = list(lines)


def restore(
    app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]
) -> None:
    """Put the docstring back after napoleon has changed it."""
    # of a class or a function nothing was kept
    before = originals.pop(name, lines)
    # Sphinx goes on with the same list
    lines[:] = before


def unlink_words(app: Sphinx, doctree: nodes.document) -> None:
    """Take the link off each plain word of a type: "array of shape (batch, features)".

    Sphinx would link "features" to any attribute of that name. The classes of the library begin
    with a capital.
    """
    # a list: the tree changes while it is read
    references = list(doctree.findall(addnodes.pending_xref))
    for reference in references:
        # links between pages and to words of the glossary
        domain = reference.get("refdomain")
        if domain != "py":
            continue
        target = reference.get("reftarget", "")
        word = str(target)
        # the address of a function has a dot: ``unrolled.trace``
        is_address = "." in word
        if word.islower() and not is_address:
            text = reference.children
            reference.replace_self(text)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("doctree-read", unlink_words)
    app.connect("autodoc-process-docstring", remember, priority=400)
    app.connect("autodoc-process-docstring", restore, priority=600)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
