"""What a run leaves for a page: tables, scripts and pictures, in the form that docs/_ext/run_tables.py shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from io import StringIO
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from scripts import Outcome, execute

import unrolled

Block = dict[str, Any]
Cell = str | list[str]


def table(
    head: Sequence[str], rows: Sequence[Sequence[Cell]], filters: Sequence[str] = (), **start: str
) -> Block:
    """Return a table whose cells are Markdown; a list is several lines.

    filters: the columns by which a reader may choose rows. start: what is chosen at first, by column.
    """
    return {
        "kind": "table",
        "head": list(head),
        "rows": [list(r) for r in rows],
        "filters": list(filters),
        "start": start,
    }


def script(text: str, name: str = "script") -> Block:
    """Run a script and return it with what came of it."""
    return told(text, execute(text, name))


def told(text: str, made: Outcome) -> Block:
    """Return a script that was run with what came of it."""
    return {
        "kind": "script",
        "script": text.strip("\n"),
        "printed": made.printed,
        "warned": made.warned,
        "raised": made.raised,
        "message": made.message,
        "page": error_page(made.error),
    }


def picture(model: Any, x: Any = None, y: Any = None, **options: Any) -> Block:
    """Return the drawing of a model."""
    return drawing(unrolled.draw(model, x, y, **options))


def drawing(diagram: Any) -> Block:
    """Return a drawing of the library."""
    return {"kind": "picture", "html": diagram._repr_html_(), "words": diagram.words()}


def figure(draw: Callable[..., Figure], *args: Any) -> Block:
    """Return a figure of the library, drawn for each theme. draw: a function of the library that takes ``theme``."""
    light, dark = draw(*args, theme="light"), draw(*args, theme="dark")
    words = " ".join(light.get_suptitle().split()) or "The weights of a layer, gate by gate"
    parts = (
        _svg(drawn, f"only-{theme}", words) for theme, drawn in (("light", light), ("dark", dark))
    )
    return {"kind": "picture", "html": "".join(parts), "words": words}


def _svg(drawn: Figure, shown: str, words: str) -> str:
    """Return a figure as SVG within HTML, the same in every run."""
    out = StringIO()
    with rc_context({"svg.hashsalt": shown, "svg.fonttype": "path"}):
        drawn.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    svg = out.getvalue()
    svg = re.sub(
        r'(\bid="|href="#|url\(#)', rf"\g<1>{shown}-", svg[svg.index("<svg") :]
    )  # both stand on one page
    return f'<div class="run-figure {shown}" role="img" aria-label="{escape(words)}">{svg}</div>'


def error_page(error: BaseException | str | None) -> str:
    """Return the address of an error's page as seen from the reference; empty where the catalogue knows none."""
    found = unrolled.explain(error) if error else None
    return f"../errors/{found.mistake.name}.md" if found and found.mistake else ""


def axes(shape: Sequence[int], names: Mapping[int, str], *, sizes: bool = True) -> str:
    """Return a shape with the name of each axis, coloured: ``(batch 2, units 4)``, or without sizes ``(batch, units)``.

    names: by the size of the axis; an empty one is not said. Raises KeyError for a size without a name: the sizes of a
    run are chosen so that no two axes have the same.
    """
    return (
        "(" + ", ".join(_axis(names[n], n if sizes or not names[n] else None) for n in shape) + ")"
    )


def _axis(name: str, size: int | None) -> str:
    text = " ".join(str(part) for part in (name, size) if part not in ("", None))
    word = name.split()[-1] if name else ""
    role = {"filters": "units", "k": "targets"}.get(word, word)
    known = role in ("batch", "timesteps", "features", "units", "targets")
    return f"{{{role}}}`{text}`" if known else text


def code(text: str) -> str:
    """Return a text as inline code, whatever quotes it holds."""
    if "`" not in text:
        return f"`{text}`"
    return f"`` {text} ``"


def numbers(values: Any, digits: int = 3) -> str:
    """Return an array's values in brackets, rounded, as inline code."""
    flat = np.asarray(values, dtype=float).ravel()
    return code(
        "[" + ", ".join(f"{v + 0.0:.{digits}f}" for v in np.round(flat, digits) + 0.0) + "]"
    )


def same(a: Any, b: Any, tolerance: float = 1e-6) -> bool:
    """Tell whether two arrays have one shape and, but for rounding, one content."""
    a, b = np.asarray(a), np.asarray(b)
    return a.shape == b.shape and bool(np.allclose(a, b, atol=tolerance))
