"""Show what the runs of the reference found.

``{runs} group key`` is a table, a script with its output, or a picture; ``{run}`group key``` puts
one stored value into a sentence. The runs are in build/runs (``make runs``); the functions of
docs/_runs/blocks.py make what is shown here. Cells of a table are Markdown. No Keras is needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from diagram import unique_ids
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective, SphinxRole

RUNS = Path(__file__).parents[2] / "build" / "runs"
MARKS = re.compile(r"\{\w+\}(?=`)|[`*]")


def read(env: BuildEnvironment, group: str, key: str) -> Any:
    """Return what one run found; a page that asks is made anew when the group's file changes.

    Raises KeyError where there is no such group or key.
    """
    source = RUNS / f"{group}.json"
    env.note_dependency(str(source))
    if not source.exists():
        raise KeyError(
            f"Expected a group with a file in build/runs, got {group!r}. "
            "Fix: name it in GROUPS, make runs."
        )
    found = json.loads(source.read_text(encoding="utf-8"))
    if key not in found:
        known = ", ".join(found)
        raise KeyError(
            f"Expected one of {known}, got {key!r}. "
            f"Fix: the key, or docs/_runs/{group}.py."
        )
    return found[key]


class RunRole(SphinxRole):
    """One stored value."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the value as text."""
        try:
            group, key = self.text.split()
            value = read(self.env, group, key)
            if not isinstance(value, str | int | float):
                kind = type(value).__name__
                raise ValueError(
                    f"Expected a number or a text, got a {kind}. "
                    "Fix: the directive runs."
                )
        except (KeyError, ValueError) as problem:
            fault = str(problem)
            source = self.rawtext
            message = self.inliner.reporter.error(fault, line=self.lineno)
            shown = self.inliner.problematic(source, source, message)
            return [shown], [message]
        return [nodes.Text(str(value))], []


class RunsDirective(SphinxDirective):
    """A table, a script or a picture."""

    required_arguments = 2

    def run(self) -> list[nodes.Node]:
        """Return what was stored under the group and the key."""
        try:
            block = read(self.env, *self.arguments)
        except KeyError as problem:
            # the text of a KeyError has quotes around it
            fault = str(problem.args[0])
            raise self.error(fault) from problem
        show = {
            "table": self._table,
            "script": self._script,
            "picture": self._picture,
        }
        # a number or a text has none
        kind = block.get("kind") if isinstance(block, dict) else None
        if kind not in show:
            raise self.error(
                f"Expected a table, a script or a picture, got {kind!r}. Fix: the role run."
            )
        shown = show[kind](block)
        return list(shown)

    def _table(self, block: Mapping[str, Any]) -> Iterator[nodes.Node]:
        """Yield the table, under its filters where it has some."""
        made = table(block["head"], block["rows"], self._cell)
        if block["filters"]:
            form = nodes.raw("", filters(block), format="html")
            yield nodes.container("", form, made, classes=["filtered"])
        else:
            yield made

    def _cell(self, text: str) -> nodes.paragraph:
        """Return Markdown as a paragraph; HTML in it is text: what Keras says makes no page."""
        children, problems = self.parse_inline(text, lineno=self.lineno)
        paragraph = nodes.paragraph()
        for child in children:
            if isinstance(child, nodes.raw):
                child = nodes.Text(child.astext())
            paragraph += child
        paragraph += problems
        return paragraph

    def _script(self, block: Mapping[str, Any]) -> Iterator[nodes.Node]:
        """Yield a script, what it printed, warned and raised, and a link to its error's page."""
        yield code(block["script"], "python")
        printed = block["printed"].rstrip()
        if printed:
            yield code(printed, "text")
        messages = [f"UserWarning: {warned}" for warned in block["warned"]]
        if block["raised"]:
            # as Python prints it, without the traceback
            raised, message = block["raised"], block["message"]
            messages.append(f"{raised}: {message}")
        for message in messages:
            yield code(message, "text", "message")
        page = block["page"]
        if page:
            link = f"[What this error means, and the fix]({page})"
            yield self._cell(link)

    def _picture(self, block: Mapping[str, Any]) -> Iterator[nodes.Node]:
        """Yield a drawing whose ids are no other's on the page."""
        number = self.env.new_serialno("runs")
        html = unique_ids(block["html"], f"r{number}-")
        yield nodes.raw("", html, format="html")


def code(text: str, language: str, *classes: str) -> nodes.literal_block:
    """Return a block of code or of output."""
    return nodes.literal_block(
        text, text, language=language, classes=list(classes)
    )


def table(
    head: Sequence[str],
    rows: Sequence[Sequence[str | list[str]]],
    cell: Callable[[str], nodes.paragraph],
) -> nodes.table:
    """Return a table of Markdown texts; a list is one paragraph after the other in its cell."""
    group = nodes.tgroup("", cols=len(head))
    names = nodes.row()
    for text in head:
        group += nodes.colspec(colwidth=1)
        names += nodes.entry("", cell(text))
    group += nodes.thead("", names)
    body = nodes.tbody()
    for cells in rows:
        row = nodes.row()
        for content in cells:
            # most cells have one line
            lines = [content] if isinstance(content, str) else content
            row += nodes.entry("", *map(cell, lines))
        body += row
    group += body
    return nodes.table("", group, classes=["runs"])


def filters(block: Mapping[str, Any]) -> str:
    """Return the form over a table: a choice for each filter among the texts of its column.

    filter.js shows it.
    """
    head = list(block["head"])
    labels = ""
    for name in block["filters"]:
        column = head.index(name)
        start = block["start"].get(name, "")
        # the empty choice shows all rows
        choices = {"": None}
        for cells in block["rows"]:
            # each text once, in the order of the rows
            text = plain(cells[column])
            choices[text] = None
        options = ""
        for value in map(escape, choices):
            chosen = " selected" if value == escape(start) else ""
            shown = value or "all"
            options += f'<option value="{value}"{chosen}>{shown}</option>'
        name = escape(name)
        labels += (
            f'<label>{name} <select name="{name}" data-column="{column}">'
            f"{options}</select></label>"
        )
    end = '<button type="button">Show all</button><output aria-live="polite"></output>'
    start_tag = '<form class="table-filter" hidden aria-label="Choose rows of the table">'
    return f"{start_tag}{labels}{end}</form>"


def plain(text: str) -> str:
    """Return what a reader sees of a Markdown cell without links.

    >>> plain("{units}`4` of `LSTM(4)`")
    '4 of LSTM(4)'
    """
    return MARKS.sub("", text)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_role("run", RunRole())
    app.add_directive("runs", RunsDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
