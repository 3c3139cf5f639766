"""The sidebar: the level of its captions, and of the error pages those of the topic alone.

It stands on every page: when an entry comes, goes or gets another name, all pages are read again.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache, partial
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
#: at the end of the classes of a tag
CURRENT = re.compile(r'[ "]current"')
LINK = re.compile(r'href="([^"]*)"')
#: the name of a page at the root that no tree holds
NOWHERE = "search"
EMPTY = re.compile(r"<ul[^>]*>\s*</ul>")


def topic(docname: str) -> str:
    """Return the topic of an error page, empty for any other page."""
    folder, _, name = docname.partition("/")
    # the indexes of the errors are no entries
    if folder != "errors" or name not in catalogue():
        return ""
    mistake = catalogue()[name]
    return mistake.topic


def prune(tree: str, here: str) -> str:
    """Leave out the error pages of other topics: two hundred links hide the rest.

    tree: with links from the root of the site.
    """
    shown = ("", topic(here))

    def kept(item: re.Match[str]) -> str:
        name = item["link"].removesuffix(".html")
        return item[0] if topic(name) in shown else ""

    pruned = ITEM.sub(kept, tree)
    # where all items went their list stays behind
    return EMPTY.sub("", pruned)


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
    # the places of the lists and items that are not closed yet
    opened: list[int] = []
    link_here = f'href="{here}.html"'
    seen_from_here = partial(relative, here=here)
    for place in range(1, len(parts), 2):
        tag = parts[place]
        if tag.startswith("</"):
            opened.pop()
        elif not tag.startswith("<a "):
            opened.append(place)
        elif link_here in tag:
            marked = tag.replace('class="', 'class="current ')
            parts[place] = LINK.sub('href="#"', marked)
            for around in opened:
                parts[around] = mark(parts[around])
        else:
            parts[place] = LINK.sub(seen_from_here, tag)
    return "".join(parts)


def mark(tag: str) -> str:
    """Return the tag of a list or an item that the current page stands in."""
    if tag == "<ul>":
        return '<ul class="current">'
    # where a page stands in the tree twice, what is around it was marked before
    if CURRENT.search(tag):
        return tag
    return tag.replace('">', ' current">')


def relative(link: re.Match[str], here: str) -> str:
    """Return the attribute of a link as seen from a page."""
    target = link[1]
    # it leads out of the site
    if "://" in target:
        return link[0]
    # of a page at the root it has no name
    folder = posixpath.dirname(here)
    address = posixpath.relpath(target, folder)
    return f'href="{address}"'


def prune_before(
    app: Sphinx, name: str, template: str, context: dict[str, Any], tree: Any
) -> None:
    """Let the theme see the smaller tree, which it reads once for every page.

    Sphinx would resolve the tree anew for each page, which takes it as long as to write the page.
    """
    # a page without a sidebar
    if context.get("toctree") is None:
        return
    builder = app.builder
    # the others have no sidebar
    if not isinstance(builder, StandaloneHTMLBuilder):
        return

    def small_tree(**how: Any) -> str:
        options = tuple(sorted(how.items()))
        whole = whole_tree(builder, options)
        pruned = prune(whole, name)
        return as_seen_from(pruned, name)

    context["toctree"] = small_tree


@cache
def whole_tree(
    builder: StandaloneHTMLBuilder, how: tuple[tuple[str, Any], ...]
) -> str:
    """Return the tree with links from the root of the site and no current page."""
    whole = global_toctree_for_doc(
        builder.env, NOWHERE, builder, tags=builder.tags, **dict(how)
    )
    rendered = builder.render_partial(whole)
    return str(rendered["fragment"])


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
    mistakes = catalogue().values()
    shown = [[each.name, each.topic, each.heading] for each in mistakes]
    # Sphinx reads all pages again where a value of the configuration changes
    config.sidebar_entries = hashed(shown)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_config_value("sidebar_entries", "", "env", [str])
    app.connect("config-inited", name_entries)
    app.connect("html-page-context", prune_before, priority=100)
    # after the theme has made the tree
    app.connect("html-page-context", set_level, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
