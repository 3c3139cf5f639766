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
    for path in FILES.values():
        env.note_dependency(str(path))
    found: dict[str, Any] = json.loads(
        FILES["bench"].read_text(encoding="utf-8")
    )
    found["conformance"] = json.loads(
        FILES["conformance"].read_text(encoding="utf-8")
    )
    return found


def look_up(data: Mapping[str, Any], path: str) -> str:
    """Return the value at a path such as ``memory.ratio:.2f``, in the format after the colon.

    Raises KeyError where there is none.
    """
    names, _, form = path.partition(":")
    value: Any = data
    for name in names.split("."):
        value = value[int(name)] if isinstance(value, list) else value[name]
    return format(len(value) if isinstance(value, list) else value, form)


class MeasuredRole(SphinxRole):
    """One number of the measurements."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the number as text."""
        try:
            return [nodes.Text(look_up(read(self.env), self.text))], []
        except (KeyError, IndexError, TypeError, ValueError) as problem:
            message = self.inliner.reporter.error(
                f"{self.text!r} was not measured: {problem!r}", line=self.lineno
            )
            return [
                self.inliner.problematic(self.rawtext, self.rawtext, message)
            ], [message]


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
    group = nodes.tgroup(
        "", *(nodes.colspec(colwidth=1) for _ in head), cols=len(head)
    )
    group += nodes.thead("", row(head, len(head)))
    group += nodes.tbody("", *(row(cells, len(head)) for cells in rows))
    return nodes.table("", group)


def row(cells: Row, width: int) -> nodes.row:
    """Return one row; its last cell goes on to the end of the table."""
    inside = (nodes.Text(c) if isinstance(c, str) else c for c in cells)
    entries = [nodes.entry("", nodes.paragraph("", "", c)) for c in inside]
    if len(cells) < width:
        entries[-1]["morecols"] = width - len(cells)
    return nodes.row("", *entries)


def ratios(data: Mapping[str, Any]) -> list[Row]:
    """Return the time of unrolled divided by that of each tool; bold where unrolled is slower."""
    peers = data["peers"]
    made: list[Row] = [["tool", *peers["models"]]]
    for tool, times in peers["times"].items():
        made.append([tool, *(ratio(times[model]) for model in peers["models"])])
    return [
        *made,
        *(
            [tool, nodes.emphasis("", reason)]
            for tool, reason in peers["missing"].items()
        ),
    ]


def ratio(times: Mapping[str, Any]) -> nodes.Node:
    """Return one ratio and how far those of single pairs lie apart, or the tool's error."""
    if "error" in times:
        return nodes.emphasis("", f"fails: {times['error'].split(':')[0]}")
    text = f"{times['ratio']:.2f} ({times['low']:.2f}–{times['high']:.2f})"
    return nodes.strong("", text) if times["ratio"] > 1 else nodes.Text(text)


def milliseconds(data: Mapping[str, Any]) -> list[Row]:
    """Return times in milliseconds: of unrolled's parts, of each tool warm and first called."""
    peers = data["peers"]
    first = peers["first_ms"]
    made: list[Row] = [
        ["tool", *peers["models"], f"first call, {next(iter(peers['models']))}"]
    ]
    if "alone" in peers:  # measurements made before this was measured lack it
        made += [
            [
                "the model alone: model(x)",
                *(f"{peers['alone'][m]:.1f}" for m in peers["models"]),
                "",
            ]
        ]
    for part in next(iter(peers["parts"].values())):
        made += [
            [
                f"unrolled: {part}",
                *(f"{peers['parts'][m][part]:.1f}" for m in peers["models"]),
                "",
            ]
        ]
    made += [
        [
            "unrolled",
            *(f"{sum(p.values()):.1f}" for p in peers["parts"].values()),
            number(first["unrolled"], ".0f"),
        ]
    ]
    for tool, times in peers["times"].items():
        warm = (number(times[m].get("ms"), ".1f") for m in peers["models"])
        made += [[tool, *warm, number(first[tool], ".0f")]]
    return made


def number(value: float | None, form: str) -> str:
    """Return a number as text, a dash for none."""
    return "–" if value is None else format(value, form)


def facts(data: Mapping[str, Any]) -> list[Row]:
    """Return which tool's output tells what."""
    answers = data["peers"]["facts"]
    made: list[Row] = [["does the output tell", *answers]]
    made += [
        [fact, *(answers[tool][fact] for tool in answers)]
        for fact in next(iter(answers.values()))
    ]
    return made


def models(data: Mapping[str, Any]) -> list[Row]:
    """Return what the four models are."""
    return [
        ["model", "layers"],
        *(
            [name, text.rstrip(".")]
            for name, text in data["peers"]["models"].items()
        ),
    ]


def forward(data: Mapping[str, Any]) -> list[Row]:
    """Return the time of a trace beside that of the compiled forward pass of the same layer."""
    made: list[Row] = [
        [
            "layer",
            "x (batch, timesteps, features)",
            "forward, ms",
            "trace, ms",
            "ratio",
        ]
    ]
    for each in data["trace"]["forward"]:
        times = (f"{each[n]:.0f}" for n in ("forward_ms", "trace_ms"))
        made.append(
            [
                f"LSTM({each['units']})",
                str(tuple(each["x"])),
                *times,
                f"{each['ratio']:.2f}",
            ]
        )
    return made


def drawing(data: Mapping[str, Any]) -> list[Row]:
    """Return the time of a drawing by the number of timesteps."""
    return [
        ["timesteps", "draw and svg, ms"],
        *(
            [f"{each['timesteps']:,}", f"{each['ms']:.1f}"]
            for each in data["trace"]["draw"]
        ),
    ]


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
