"""Put a line of links under the first picture of a page: the glossary's words for what it shows.

The terms are read from docs/glossary.md; a page with a picture is made anew when the glossary
changes.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx

GLOSSARY = "glossary"
PICTURE = '<figure class="unrolled"'
DESCRIPTION = re.compile(r"<desc>(.*?)</desc>", re.S)
BLOCK = re.compile(r"^```\{glossary\}\n(.*?)^```", re.S | re.M)
Entry = tuple[str, ...]


def read_entries(text: str) -> list[Entry]:
    r"""Return the terms of each entry of the glossary, in its order.

    >>> read_entries("```{glossary}\ntimesteps\nt\n  The second axis.\n\nh\n  The state.\n```\n")
    [('timesteps', 't'), ('h',)]
    """
    entries = []
    for block in BLOCK.findall(text):
        for part in block.split("\n\n"):
            # terms stand at the margin, their definitions do not
            terms = re.findall(r"^\S.*$", part, re.M)
            entries.append(tuple(terms))
    # a definition of several paragraphs goes on without a term
    return list(filter(None, entries))


def terms_in(words: str, entries: Sequence[Entry]) -> Iterator[str]:
    """Yield, of each entry, the term that the words use; signs of one letter have to stand alone.

    >>> list(terms_in("LSTM(4): h at t = 3", [("timesteps", "t"), ("h",), ("c",), ("gates",)]))
    ['t', 'h']
    """
    for entry in entries:
        for term in entry:
            plain = re.escape(term)
            alone = rf"(?<![\w./']){plain}(?![\w/'])"
            found = re.search(alone, words)
            if found:
                yield term
                # the others mean the same
                break


def line(terms: Sequence[str], docname: str) -> nodes.paragraph:
    """Return the line of links."""
    paragraph = nodes.paragraph("", "Words: ", classes=["picture-words"])
    for term in terms:
        link = addnodes.pending_xref(
            "",
            nodes.inline("", term),
            refdomain="std",
            reftype="term",
            reftarget=term,
            refdoc=docname,
            refwarn=True,
        )
        paragraph += [link, nodes.Text(", ")]
    # nothing follows the last
    paragraph.pop()
    return paragraph


def is_around(node: nodes.Element) -> bool:
    """Tell whether a node holds nothing but one picture, in several formats or with its caption."""
    is_figure = isinstance(node, nodes.figure)
    # what a cell shows, in every format that it has
    kind = node.get("nb_element")
    return is_figure or kind == "mime_bundle"


def place_of(picture: nodes.raw) -> nodes.Element:
    """Return the node before the line: all of a cell's output, or the figure with its caption."""
    found: nodes.Element = picture
    # the page, around all of it, ends this
    while is_around(found.parent):
        found = found.parent
    return found


def add_words(app: Sphinx, doctree: nodes.document) -> None:
    """Put the line under the first picture of a page."""
    raw = doctree.findall(nodes.raw)
    # other raw HTML shows tables
    pictures = (node for node in raw if PICTURE in node.astext())
    picture = next(pictures, None)
    if picture is None:
        return
    # the page is made anew when the glossary changes
    source = Path(app.srcdir) / f"{GLOSSARY}.md"
    app.env.note_dependency(str(source))
    text = source.read_text(encoding="utf-8")
    entries = read_entries(text)
    # what a screen reader says of the picture
    descriptions = DESCRIPTION.findall(picture.astext())
    words = html.unescape(" ".join(descriptions))
    terms = list(terms_in(words, entries))
    if not terms:
        return
    place = place_of(picture)
    below = place.parent.index(place) + 1
    links = line(terms, app.env.docname)
    place.parent.insert(below, links)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.connect("doctree-read", add_words)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
