"""The sidebar: the level of its captions, and of the error pages those of the topic alone.

It stands on every page: when an entry comes, goes or gets another name, all pages are read again.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.config import Config
from sphinx.environment.adapters.toctree import global_toctree_for_doc
from store import hashed

from unrolled.explanations.mistakes import catalogue

ITEM = re.compile(
    r'<li class="toctree-l2[^"]*"><a class="[^"]*" href="(?P<link>[^"]*)">.*?</a></li>\n?'
)
#: what opens or closes a list, an item or a link
TAG = re.compile(r"(</?(?:ul|li)\b[^>]*>|<a\b[^>]*>)")
LINK = re.compile(r'href="([^"]*)"')
#: the name of a page at the root that no tree holds
NOWHERE = "search"
EMPTY = re.compile(r"<ul[^>]*>\s*</ul>")


def topic(docname: str) -> str:
    """Return the topic of an error page, empty for any other page."""
    folder, _, name = docname.partition("/")
    if folder != "errors" or name not in catalogue():
        return ""
    return catalogue()[name].topic


def prune(tree: str, here: str) -> str:
    """Leave out the error pages of other topics: two hundred links hide the rest.

    tree: with links from the root of the site.
    """
    shown = ("", topic(here))

    def kept(item: re.Match[str]) -> str:
        name = item["link"].removesuffix(".html")
        return item[0] if topic(name) in shown else ""

    return EMPTY.sub("", ITEM.sub(kept, tree))


def as_seen_from(tree: str, here: str) -> str:
    """Return a tree with links from the root as Sphinx makes it for the page ``here``.

    Links are relative; the link to the page and all that it stands in are marked as current.

    >>> tree = '<ul><li class="l1"><a class="a" href="b.html">B</a></li></ul>'
    >>> as_seen_from(tree, "errors/b")
    '<ul><li class="l1"><a class="a" href="../b.html">B</a></li></ul>'
    >>> as_seen_from(tree, "b")
    '<ul class="current"><li class="l1 current"><a class="current a" href="#">B</a></li></ul>'
    """
    # what stands between two tags is at the even places
    parts = TAG.split(tree)
    opened: list[int] = []
    for place in range(1, len(parts), 2):
        tag = parts[place]
        if tag.startswith("</"):
            opened.pop()
        elif not tag.startswith("<a "):
            opened.append(place)
        elif f'href="{here}.html"' in tag:
            marked = tag.replace('class="', 'class="current ')
            parts[place] = LINK.sub('href="#"', marked)
            for around in opened:
                parts[around] = mark(parts[around])
        else:
            parts[place] = LINK.sub(lambda m: relative(m[1], here), tag)
    return "".join(parts)


def mark(tag: str) -> str:
    """Return the tag of a list or an item that the current page stands in."""
    if tag == "<ul>":
        return '<ul class="current">'
    if ' current"' in tag or '"current"' in tag:
        return tag
    return tag.replace('">', ' current">')


def relative(link: str, here: str) -> str:
    """Return the attribute of a link as seen from a page."""
    if "://" in link:
        return f'href="{link}"'
    folder = posixpath.dirname(here) or "."
    return f'href="{posixpath.relpath(link, folder)}"'


def prune_before(
    app: Sphinx, name: str, template: str, context: dict[str, Any], tree: Any
) -> None:
    """Let the theme see the smaller tree, which it reads once for every page.

    Sphinx would resolve the tree anew for each page, which takes it as long as to write the page.
    """
    if context.get("toctree") is None:
        return
    builder = app.builder
    if not isinstance(builder, StandaloneHTMLBuilder):
        return

    def small_tree(**how: Any) -> str:
        options = tuple(sorted(how.items()))
        whole = whole_tree(builder, options)
        return as_seen_from(prune(whole, name), name)

    context["toctree"] = small_tree


@cache
def whole_tree(
    builder: StandaloneHTMLBuilder, how: tuple[tuple[str, Any], ...]
) -> str:
    """Return the tree with links from the root of the site and no current page."""
    whole = global_toctree_for_doc(
        builder.env, NOWHERE, builder, tags=builder.tags, **dict(how)
    )
    return str(builder.render_partial(whole)["fragment"])


def set_level(
    app: Sphinx, name: str, template: str, context: dict[str, Any], tree: Any
) -> None:
    """Say the level of each caption in the tree that the theme shows."""
    shown = context.get("furo_navigation_tree", "")
    context["furo_navigation_tree"] = shown.replace(
        'class="caption" role="heading"',
        'class="caption" role="heading" aria-level="2"',
    )


def name_entries(app: Sphinx, config: Config) -> None:
    """Keep what the sidebar shows of the entries, so that Sphinx sees when it changes."""
    shown = [[m.name, m.topic, m.heading] for m in catalogue().values()]
    config.sidebar_entries = hashed(shown)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_config_value("sidebar_entries", "", "env", [str])
    app.connect("config-inited", name_entries)
    app.connect("html-page-context", prune_before, priority=100)
    # after the theme has made the tree
    app.connect("html-page-context", set_level, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
