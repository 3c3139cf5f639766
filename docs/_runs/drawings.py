"""Pictures and figures of the library, in the form that docs/_ext/run_tables.py shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from io import StringIO
from typing import Any

from blocks import Block
from matplotlib import rc_context
from matplotlib.figure import Figure

import unrolled


def picture(model: Any, x: Any = None, y: Any = None, **options: Any) -> Block:
    """Return the drawing of a model."""
    return drawing(unrolled.draw(model, x, y, **options))


def drawing(diagram: Any) -> Block:
    """Return a drawing of the library."""
    return {
        "kind": "picture",
        "html": diagram._repr_html_(),
        "words": diagram.words(),
    }


def figure(draw: Callable[..., Figure], *args: Any) -> Block:
    """Return a figure of the library, drawn for each theme.

    draw: a function of the library that takes ``theme``.
    """
    light, dark = draw(*args, theme="light"), draw(*args, theme="dark")
    words = (
        " ".join(light.get_suptitle().split())
        or "The weights of a layer, gate by gate"
    )
    parts = (
        _svg(drawn, f"only-{theme}", words)
        for theme, drawn in (("light", light), ("dark", dark))
    )
    return {"kind": "picture", "html": "".join(parts), "words": words}


def _svg(drawn: Figure, shown: str, words: str) -> str:
    """Return a figure as SVG within HTML, the same in every run."""
    out = StringIO()
    with rc_context({"svg.hashsalt": shown, "svg.fonttype": "path"}):
        drawn.savefig(
            out, format="svg", metadata={"Date": None, "Creator": None}
        )
    svg = out.getvalue()
    svg = re.sub(
        r'(\bid="|href="#|url\(#)', rf"\g<1>{shown}-", svg[svg.index("<svg") :]
    )  # both stand on one page
    return f'<div class="run-figure {shown}" role="img" aria-label="{escape(words)}">{svg}</div>'
