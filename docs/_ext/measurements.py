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
        text = path.read_text(encoding="utf-8")
        found[name] = json.loads(text)
    return found["bench"] | {"conformance": found["conformance"]}


def look_up(data: Mapping[str, Any], path: str) -> str:
    """Return the value at a path such as ``memory.ratio:.2f``, in the format after the colon.

    Raises KeyError where there is none.
    """
    names, _, form = path.partition(":")
    value: Any = data
    for name in names.split("."):
        # of a list the place
        key = int(name) if isinstance(value, list) else name
        value = value[key]
    # a sentence tells how many there are
    if isinstance(value, list):
        value = len(value)
    return format(value, form)


class MeasuredRole(SphinxRole):
    """One number of the measurements."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number as text."""
        try:
            data = read(self.env)
            text = look_up(data, self.text)
        except (KeyError, IndexError, TypeError, ValueError) as problem:
            fault = f"{self.text!r} was not measured: {problem!r}"
            source = self.rawtext
            message = self.inliner.reporter.error(fault, line=self.lineno)
            shown = self.inliner.problematic(source, source, message)
            return [shown], [message]
        return [nodes.Text(text)], []


class MeasurementsDirective(SphinxDirective):
    """One of the tables in TABLES."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return the table."""
        name = self.arguments[0]
        if name not in TABLES:
            known = ", ".join(TABLES)
            raise self.error(
                f"{name!r} is no table of measurements. Fix: one of {known}."
            )
        data = read(self.env)
        make_rows = TABLES[name]
        head, *rows = make_rows(data)
        return [table(head, rows)]


def table(head: Row, rows: Iterable[Row]) -> nodes.table:
    """Return a table of texts and nodes; the first column names the row."""
    width = len(head)
    group = nodes.tgroup("", cols=width)
    # docutils asks for the width of each column; a browser finds better ones
    for _ in head:
        group += nodes.colspec(colwidth=1)
    group += nodes.thead("", row(head, width))
    body = nodes.tbody()
    for cells in rows:
        body += row(cells, width)
    group += body
    return nodes.table("", group)


def row(cells: Row, width: int) -> nodes.row:
    """Return one row; its last cell goes on to the end of the table."""
    entries = []
    for cell in cells:
        shown = nodes.Text(cell) if isinstance(cell, str) else cell
        paragraph = nodes.paragraph("", "", shown)
        entry = nodes.entry("", paragraph)
        entries.append(entry)
    # a reason stands for all models
    missing = width - len(cells)
    if missing > 0:
        last = entries[-1]
        last["morecols"] = missing
    return nodes.row("", *entries)


def ratios(data: Mapping[str, Any]) -> list[Row]:
    """Return the time of unrolled divided by that of each tool; bold where unrolled is slower."""
    peers = data["peers"]
    models = list(peers["models"])
    made: list[Row] = [["tool", *models]]
    for tool, times in peers["times"].items():
        cells = [ratio(times[model]) for model in models]
        made.append([tool, *cells])
    for tool, reason in peers["missing"].items():
        cell = nodes.emphasis("", reason)
        made.append([tool, cell])
    return made


def ratio(times: Mapping[str, Any]) -> nodes.Node:
    """Return one ratio and how far those of single pairs lie apart, or the tool's error."""
    if "error" in times:
        # its message may take lines
        kind, _, _ = times["error"].partition(":")
        return nodes.emphasis("", f"fails: {kind}")
    middle = times["ratio"]
    low, high = times["low"], times["high"]
    text = f"{middle:.2f} ({low:.2f}–{high:.2f})"
    if middle > 1:
        return nodes.strong("", text)
    return nodes.Text(text)


def milliseconds(data: Mapping[str, Any]) -> list[Row]:
    """Return times in milliseconds: of unrolled's parts, of each tool warm and first called."""
    peers = data["peers"]
    models = list(peers["models"])
    parts = peers["parts"]
    first = peers["first_ms"]
    made: list[Row] = [["tool", *models, f"first call, {models[0]}"]]
    # measurements made before this was measured lack it
    if "alone" in peers:
        alone = peers["alone"]
        cells = [f"{alone[model]:.1f}" for model in models]
        made.append(["the model alone: model(x)", *cells, ""])
    # every model has the same parts
    for part in parts[models[0]]:
        cells = []
        for model in models:
            time = parts[model][part]
            cells.append(f"{time:.1f}")
        made.append([f"unrolled: {part}", *cells, ""])
    cells = []
    for model in models:
        total = sum(parts[model].values())
        cells.append(f"{total:.1f}")
    cold = number(first["unrolled"], ".0f")
    made.append(["unrolled", *cells, cold])
    for tool, times in peers["times"].items():
        cells = []
        for model in models:
            # a tool that failed has no time
            warm = times[model].get("ms")
            cells.append(number(warm, ".1f"))
        cold = number(first[tool], ".0f")
        made.append([tool, *cells, cold])
    return made


def number(value: float | None, form: str) -> str:
    """Return a number as text, a dash for none."""
    if value is None:
        return "–"
    return format(value, form)


def facts(data: Mapping[str, Any]) -> list[Row]:
    """Return which tool's output tells what."""
    answers = data["peers"]["facts"]
    tools = list(answers)
    made: list[Row] = [["does the output show", *tools]]
    # each tool was asked for the same facts
    for fact in answers[tools[0]]:
        cells = [answers[tool][fact] for tool in tools]
        made.append([fact, *cells])
    return made


def models(data: Mapping[str, Any]) -> list[Row]:
    """Return what the four models are."""
    made: list[Row] = [["model", "layers"]]
    for name, text in data["peers"]["models"].items():
        # a cell is no sentence
        words = text.rstrip(".")
        made.append([name, words])
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
        forward = f"{each['forward_ms']:.0f}"
        trace = f"{each['trace_ms']:.0f}"
        quotient = f"{each['ratio']:.2f}"
        made.append([layer, shape, forward, trace, quotient])
    return made


def drawing(data: Mapping[str, Any]) -> list[Row]:
    """Return the time of a drawing by the number of timesteps."""
    made: list[Row] = [["timesteps", "draw and svg, ms"]]
    for each in data["trace"]["draw"]:
        timesteps = f"{each['timesteps']:,}"
        milliseconds = f"{each['ms']:.1f}"
        made.append([timesteps, milliseconds])
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
