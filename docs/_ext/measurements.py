"""Tables of what `make bench` and `make conformance` measured, from the files that they wrote.

``{measured}`memory.ratio:.2f``` puts one number into a sentence; ``{measurements} ratios`` is one
of the tables.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

ROOT = Path(__file__).parents[2]
FILES = {
    "bench": ROOT / "tests" / "bench" / "results.json",
    "conformance": ROOT / "tests" / "conformance" / "results.json",
}
Row = Sequence[str | nodes.Node]


def read(env: Any) -> dict[str, Any]:
    """Return what the files hold; a page that asks is made anew when they change."""
    found: dict[str, dict[str, Any]] = {}
    for name, path in FILES.items():
        env.note_dependency(str(path))
        found[name] = json.loads(path.read_text(encoding="utf-8"))
    return found["bench"] | {"conformance": found["conformance"]}


def look_up(data: Mapping[str, Any], path: str) -> str:
    """Return the value at a path such as ``memory.ratio:.2f``, in the format after the colon.

    Raises KeyError where there is none.
    """
    names, _, form = path.partition(":")
    value: Any = data
    for name in names.split("."):
        key = int(name) if isinstance(value, list) else name
        value = value[key]
    if isinstance(value, list):
        value = len(value)
    return format(value, form)


class MeasuredRole(SphinxRole):
    """One number of the measurements."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number as text."""
        try:
            text = look_up(read(self.env), self.text)
        except (KeyError, IndexError, TypeError, ValueError) as problem:
            message = self.inliner.reporter.error(
                f"{self.text!r} was not measured: {problem!r}", line=self.lineno
            )
            shown = self.inliner.problematic(
                self.rawtext, self.rawtext, message
            )
            return [shown], [message]
        return [nodes.Text(text)], []


class MeasurementsDirective(SphinxDirective):
    """One of the tables in TABLES."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        name = self.arguments[0]
        if name not in TABLES:
            raise self.error(
                f"{name!r} is no table of measurements. Fix: one of {', '.join(TABLES)}."
            )
        head, *rows = TABLES[name](read(self.env))
        return [table(head, rows)]


def table(head: Row, rows: Iterable[Row]) -> nodes.table:
    """Return a table of texts and nodes; the first column names the row."""
    width = len(head)
    group = nodes.tgroup("", cols=width)
    for _ in head:
        group += nodes.colspec(colwidth=1)
    group += nodes.thead("", row(head, width))
    group += nodes.tbody("", *(row(cells, width) for cells in rows))
    return nodes.table("", group)


def row(cells: Row, width: int) -> nodes.row:
    """Return one row; its last cell goes on to the end of the table."""
    entries = []
    for cell in cells:
        shown = nodes.Text(cell) if isinstance(cell, str) else cell
        paragraph = nodes.paragraph("", "", shown)
        entries.append(nodes.entry("", paragraph))
    if len(cells) < width:
        entries[-1]["morecols"] = width - len(cells)
    return nodes.row("", *entries)


def ratios(data: Mapping[str, Any]) -> list[Row]:
    """Return the time of unrolled divided by that of each tool; bold where unrolled is slower."""
    peers = data["peers"]
    made: list[Row] = [["tool", *peers["models"]]]
    for tool, times in peers["times"].items():
        cells = [ratio(times[model]) for model in peers["models"]]
        made.append([tool, *cells])
    for tool, reason in peers["missing"].items():
        made.append([tool, nodes.emphasis("", reason)])
    return made


def ratio(times: Mapping[str, Any]) -> nodes.Node:
    """Return one ratio and how far those of single pairs lie apart, or the tool's error."""
    if "error" in times:
        kind, _, _ = times["error"].partition(":")
        return nodes.emphasis("", f"fails: {kind}")
    text = f"{times['ratio']:.2f} ({times['low']:.2f}–{times['high']:.2f})"
    if times["ratio"] > 1:
        return nodes.strong("", text)
    return nodes.Text(text)


def milliseconds(data: Mapping[str, Any]) -> list[Row]:
    """Return times in milliseconds: of unrolled's parts, of each tool warm and first called."""
    peers = data["peers"]
    models = list(peers["models"])
    parts = peers["parts"]
    first = peers["first_ms"]
    made: list[Row] = [["tool", *models, f"first call, {models[0]}"]]
    if "alone" in peers:  # measurements made before this was measured lack it
        alone = [f"{peers['alone'][model]:.1f}" for model in models]
        made.append(["the model alone: model(x)", *alone, ""])
    for part in parts[models[0]]:
        cells = [f"{parts[model][part]:.1f}" for model in models]
        made.append([f"unrolled: {part}", *cells, ""])
    sums = [f"{sum(parts[model].values()):.1f}" for model in models]
    made.append(["unrolled", *sums, number(first["unrolled"], ".0f")])
    for tool, times in peers["times"].items():
        warm = [number(times[model].get("ms"), ".1f") for model in models]
        made.append([tool, *warm, number(first[tool], ".0f")])
    return made


def number(value: float | None, form: str) -> str:
    """Return a number as text, a dash for none."""
    return "–" if value is None else format(value, form)


def facts(data: Mapping[str, Any]) -> list[Row]:
    """Return which tool's output tells what."""
    answers = data["peers"]["facts"]
    tools = list(answers)
    made: list[Row] = [["does the output show", *tools]]
    for fact in answers[tools[0]]:
        cells = [answers[tool][fact] for tool in tools]
        made.append([fact, *cells])
    return made


def models(data: Mapping[str, Any]) -> list[Row]:
    """Return what the four models are."""
    made: list[Row] = [["model", "layers"]]
    for name, text in data["peers"]["models"].items():
        made.append([name, text.rstrip(".")])
    return made


def forward(data: Mapping[str, Any]) -> list[Row]:
    """Return the time of a trace beside that of the compiled forward pass of the same layer."""
    head = [
        "layer",
        "x (batch, timesteps, features)",
        "forward, ms",
        "trace, ms",
        "ratio",
    ]
    made: list[Row] = [head]
    for each in data["trace"]["forward"]:
        layer = f"LSTM({each['units']})"
        shape = str(tuple(each["x"]))
        forward, trace = f"{each['forward_ms']:.0f}", f"{each['trace_ms']:.0f}"
        made.append([layer, shape, forward, trace, f"{each['ratio']:.2f}"])
    return made


def drawing(data: Mapping[str, Any]) -> list[Row]:
    """Return the time of a drawing by the number of timesteps."""
    made: list[Row] = [["timesteps", "draw and svg, ms"]]
    for each in data["trace"]["draw"]:
        timesteps = f"{each['timesteps']:,}"
        made.append([timesteps, f"{each['ms']:.1f}"])
    return made


TABLES: dict[str, Callable[[Mapping[str, Any]], list[Row]]] = {
    "models": models,
    "ratios": ratios,
    "milliseconds": milliseconds,
    "facts": facts,
    "forward": forward,
    "drawing": drawing,
}


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    app.add_role("measured", MeasuredRole())
    app.add_directive("measurements", MeasurementsDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
