"""The site's own search: one entry per section, written as a script that also loads from disk.

Entries are collected when a page is read and kept with the environment: an unchanged page costs
nothing. ``{asked}`` holds other wordings of a section's question, one a line: they are searched,
and not shown. Beside the entries stand the wordings of all known messages: what matches one, or a
part of one, was pasted, and its page comes first.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from unrolled.explanations.mistakes import catalogue
from unrolled.explanations.patterns import Wording

Entry = dict[str, str | list[str]]
UNSHOWN = {
    "page-actions",
    "sd-stretched-link",
    "picture-words",
    "diagram",
}  # a diagram is found on the page that draws it
HIDDEN = re.compile(r"<(style|script|defs)\b.*?</\1>|<!--.*?-->", re.S)
TAG = re.compile(r"<[^>]*>")
NAME = re.compile(r"^plot_\d+_")
SPACE = re.compile(r"\s+")
PLACE, QUOTES = (
    r"\{\w+(?::\w+)?\}",
    "'\"`\u2018\u2019\u201c\u201d",
)  # as in unrolled.explanations.patterns
CALL = re.compile(r"Exception encountered when calling .*?\.call\(\)\. ")
TELLING = 12  # characters of a part that tells something


class Asked(nodes.Invisible, nodes.Element):
    """Other wordings of what the section around it answers."""


class AskedDirective(SphinxDirective):
    """Keep the wordings for the search."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return a node that no page shows."""
        return [Asked(wordings=[line.strip() for line in self.content if line.strip()])]


def leave_out(translator: nodes.NodeVisitor, node: nodes.Node) -> None:
    """Show nothing."""
    raise nodes.SkipNode


SKIPPED = (
    nodes.comment,
    nodes.target,
    nodes.system_message,
    nodes.image,
    addnodes.toctree,
    nodes.title,
    Asked,
)


def words_of_html(source: str) -> str:
    """Return the text of HTML or inline SVG."""
    return html.unescape(TAG.sub(" ", HIDDEN.sub(" ", source)))


def one_of_each(node: nodes.Element) -> list[nodes.Node]:
    """Return the children that are shown: of a cell's output in several formats, the first."""
    if node.get("nb_element") == "mime_bundle":
        return list(node.children[:1])
    return list(node.children)


def is_code(node: nodes.Node) -> bool:
    """Tell whether a node holds code, printed output or a diagram."""
    return isinstance(node, nodes.literal_block | nodes.raw)


def texts(node: nodes.Node) -> Iterator[tuple[bool, str]]:
    """Yield the texts below a node, not those of its sections, each with whether it is code."""
    if isinstance(node, SKIPPED) or not UNSHOWN.isdisjoint(
        getattr(node, "attributes", {}).get("classes", ())
    ):
        return
    if isinstance(node, nodes.raw):
        yield True, words_of_html(node.astext())
    elif isinstance(node, nodes.TextElement):
        yield is_code(node), node.astext()
    elif isinstance(node, nodes.Element):
        for child in one_of_each(node):
            if not isinstance(child, nodes.section):
                yield from texts(child)


def entry(section: nodes.section, page: str, url: str) -> Entry:
    """Return the entry of one section."""
    title = section.next_node(nodes.title)
    parts = list(texts(section))
    prose, code = (
        SPACE.sub(" ", " ".join(t for c, t in parts if c is kind)).strip() for kind in (False, True)
    )
    asked = [w for child in section.children if isinstance(child, Asked) for w in child["wordings"]]
    anchor = (
        section["ids"][0] if section["ids"] and isinstance(section.parent, nodes.section) else ""
    )
    return {
        "id": f"{url}#{anchor}" if anchor else url,
        "name": "" if anchor else NAME.sub("", Path(url).stem),
        "page": page,
        "title": title.astext() if title else page,
        "text": prose,
        "code": code,
        **({"asked": asked} if asked else {}),
    }


def messages() -> list[dict[str, Any]]:
    """Return every wording of a message with its page: its pattern and weight, as ``explain`` has them, and its parts.

    The heading of an entry is a part too: it is what readers search for. By itself it names its
    entry and no other. Where Keras puts "Exception encountered when calling" in a line above, the
    line below is a wording of its own.
    """
    return [
        {
            "id": f"errors/{m.name}.html",
            "pattern": script_pattern(w.pattern.pattern),
            "weight": w.weight,
            "parts": telling(w.text, m.heading),
            "heading": bare(m.heading),
        }
        for m in catalogue().values()
        for w in (*m.wordings, *below_call(m.wordings))
    ]


def below_call(wordings: Iterable[Wording]) -> Iterator[Wording]:
    """Yield the line below of each wording that begins with the call it came from."""
    for wording in wordings:
        if call := CALL.match(wording.text):
            yield Wording(wording.era, wording.text[call.end() :])


def parts(text: str) -> Iterator[str]:
    """Yield the fixed parts of a wording in small letters, without quotes and without short ones.

    >>> list(parts("The layer '{layer:name}' was never built, call it  on {kind} of data."))
    ['was never built, call it on']
    """
    for part in re.split(rf"{PLACE}|[{QUOTES}]", text):
        if len(bare(part)) >= TELLING:
            yield bare(part)


def telling(wording: str, heading: str) -> list[str]:
    """Return the fixed parts of a wording, and of the heading those that say something else: none is to count twice.

    >>> telling("expected ndim=3, found ndim={found:int} in {layer:name}", "expected ndim=3, found ndim=2")
    ['expected ndim=3, found ndim=']
    """
    found = set(parts(wording))
    more = {
        part
        for part in parts(heading)
        if not any(part in other or other in part for other in found)
    }
    return sorted(found | more)


def bare(text: str) -> str:
    """Return a text in small letters, without quotes.

    >>> bare("All  `outputs` values")
    'all outputs values'
    """
    return SPACE.sub(" ", re.sub(f"[{QUOTES}]", "", text)).strip().lower()


def script_pattern(pattern: str) -> str:
    r"""Return a regular expression of Python as JavaScript writes it.

    >>> print(script_pattern(r"(?P<shape>\d+) (?P=shape)"))
    (?<shape>\d+) \k<shape>
    """
    return re.sub(r"\(\?P=(\w+)\)", r"\\k<\1>", pattern.replace("(?P<", "(?<"))


def collect(app: Sphinx, doctree: nodes.document) -> None:
    """Keep the entries of a page that was just read."""
    docname = app.env.docname
    found: dict[str, list[Entry]] = getattr(app.env, "site_search", {})
    title = doctree.next_node(nodes.title)
    page = title.astext() if title else docname
    url = f"{docname}.html"
    found[docname] = [entry(section, page, url) for section in doctree.findall(nodes.section)]
    app.env.site_search = found  # type: ignore[attr-defined]


def purge(app: Sphinx, env: BuildEnvironment, docname: str) -> None:
    """Forget the entries of a page that changed or went away."""
    getattr(env, "site_search", {}).pop(docname, None)


def merge(app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment) -> None:
    """Take over the entries that another process read."""
    found = {**getattr(env, "site_search", {}), **getattr(other, "site_search", {})}
    env.site_search = found  # type: ignore[attr-defined]


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the entries as a script."""
    if error is not None or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    found: dict[str, list[Entry]] = getattr(app.env, "site_search", {})
    entries = [e for docname in sorted(found) for e in found[docname]]
    lines = ",\n".join(json.dumps(e, ensure_ascii=False, sort_keys=True) for e in entries)
    known = ",\n".join(json.dumps(m, ensure_ascii=False, sort_keys=True) for m in messages())
    data = f"window.UNROLLED_SEARCH = [\n{lines}\n];\nwindow.UNROLLED_MESSAGES = [\n{known}\n];\n"
    (static / "searchdata.js").write_text(data, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_node(Asked, html=(leave_out, None))
    app.add_directive("asked", AskedDirective)
    app.connect("doctree-read", collect)
    app.connect("env-purge-doc", purge)
    app.connect("env-merge-info", merge)
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "env_version": 2}
