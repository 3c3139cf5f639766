"""Colour the words that name an axis, with the colours of the diagrams.

``{timesteps}`3``` in Markdown and ``:timesteps:`3``` in reStructuredText.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst.states import Inliner
from sphinx.application import Sphinx

from unrolled.scenes.colors import AXES, PALETTE


def axis_role(
    name: str, rawtext: str, text: str, lineno: int, inliner: Inliner, *_: Any
) -> tuple[list[nodes.Node], list[nodes.system_message]]:
    """Return the text as a span of the axis that the role is named after."""
    return [nodes.inline(rawtext, text, classes=["ax", f"ax-{name}"])], []


def variables(theme: int, indent: str) -> str:
    """Return the palette of one theme as CSS declarations."""
    lines = []
    for role, pair in PALETTE.items():
        value = pair[theme]
        lines.append(f"{indent}--un-{role}: {value};")
    return "\n".join(lines)


def stylesheet() -> str:
    """Return the palette as CSS variables, switched the way furo switches its own."""
    rules = "\n".join(
        f".ax-{axis} {{ color: var(--un-{axis}); }}" for axis in AXES
    )
    return f"""body {{
{variables(0, "  ")}
}}
@media not print {{
  body[data-theme="dark"] {{
{variables(1, "    ")}
  }}
  @media (prefers-color-scheme: dark) {{
    body:not([data-theme="light"]) {{
{variables(1, "      ")}
    }}
  }}
}}
{rules}
"""


def write(app: Sphinx) -> None:
    """Write the stylesheet beside the other static files."""
    target = Path(app.outdir) / "_static" / "palette.css"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(stylesheet(), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension."""
    for axis in AXES:
        app.add_role(axis, axis_role)
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
