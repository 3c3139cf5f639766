"""Matplotlib figures on gallery pages: drawn once more for the dark theme, always the same bytes.

A finished figure cannot change its colours. A figure of the library knows how it is drawn again:
the dark one is drawn into a figure with a dark ground. A figure that came about otherwise is shown
as it is, in both themes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

from unrolled.scenes.colors import color

IMAGE = """
.. image:: /{path}
   :alt: {alt}
   :class: {classes}
"""


def is_figure(value: Any) -> bool:
    """Tell whether a value is a figure made without pyplot: sphinx-gallery does not find it."""
    return isinstance(value, Figure) and value.canvas.manager is None


def write_figure(figure: Figure, path: Path, sources: Path) -> str:
    """Write a figure as SVG, for each theme if possible; return the reStructuredText for it."""
    themes = {"light": figure}
    # a figure of the library knows how
    again = getattr(figure, "unrolled_redraw", None)
    if again is not None:
        width, height = figure.get_size_inches()
        dark = color("ground", "dark")
        ground = Figure(figsize=(width, height), facecolor=dark)
        themes["dark"] = again(figure=ground)
    alt = heading(figure)
    text = ""
    for theme, drawn in themes.items():
        target = path.with_name(f"{path.name}_{theme}.svg")
        # what makes the bytes of one run other than those of the next
        metadata = {"Date": None, "Creator": None}
        with rc_context({"svg.hashsalt": path.name, "svg.fonttype": "path"}):
            drawn.savefig(target, format="svg", metadata=metadata)
        shown = f"only-{theme}" if len(themes) > 1 else "plot-card"
        relative = target.relative_to(sources).as_posix()
        text += IMAGE.format(path=relative, alt=alt, classes=f"plot {shown}")
    return text


def heading(figure: Figure) -> str:
    """Return the words over a figure, in one line."""
    titles = [figure.get_suptitle()]
    for axes in figure.axes:
        titles.append(axes.get_title("center"))
        titles.append(axes.get_title("left"))
    titles.append("A figure without a heading")
    # most figures have one title over all their axes, or one over the first
    first = next(filter(None, titles))
    return " ".join(first.split())
