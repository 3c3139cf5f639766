"""Matplotlib figures on gallery pages: drawn once more for the dark theme, always the same bytes.

A finished figure cannot change its colours. So the functions of the library that draw one are
wrapped while the gallery runs, to know how a figure came about: the dark one is drawn by the same
call into a figure with a dark ground. A figure that came about otherwise is shown as it is, in both
themes.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from matplotlib import rc_context
from matplotlib.figure import Figure

import unrolled
from unrolled.scenes.colors import color

#: how each figure of the library can be drawn once more
CALLS: WeakKeyDictionary[Figure, Callable[..., Figure]] = WeakKeyDictionary()

IMAGE = """
.. image:: /{path}
   :alt: {alt}
   :class: {classes}
"""


def remember_calls(package: Any) -> None:
    """Wrap the functions of a package that draw into ``figure=``, of modules without Keras."""
    for name, home in package._HOMES.items():
        function = getattr(package, name) if home.startswith("plots.") else None
        if function is not None and "figure" in inspect.signature(function).parameters:
            setattr(package, name, remembering(function))


def remembering(function: Callable[..., Figure]) -> Callable[..., Figure]:
    """Return the function, made to keep its arguments with the figure that it makes."""

    @wraps(function)
    def draw(*args: Any, **kwargs: Any) -> Figure:
        figure = function(*args, **kwargs)
        if kwargs.get("figure") is None:
            CALLS[figure] = partial(function, *args, **kwargs)
        return figure

    return draw


def is_figure(value: Any) -> bool:
    """Tell whether a value is a figure made without pyplot: sphinx-gallery does not find it."""
    return isinstance(value, Figure) and value.canvas.manager is None


def write_figure(figure: Figure, path: Path, sources: Path) -> str:
    """Write a figure as SVG, for each theme if possible; return the reStructuredText for it."""
    again, themes = CALLS.get(figure), {"light": figure}
    if again is not None:
        width, height = figure.get_size_inches()
        ground = Figure(figsize=(width, height), facecolor=color("ground", "dark"))
        themes["dark"] = again(figure=ground)
    text = ""
    for theme, drawn in themes.items():
        target = path.with_name(f"{path.name}_{theme}.svg")
        with rc_context({"svg.hashsalt": path.name, "svg.fonttype": "path"}):
            drawn.savefig(target, format="svg", metadata={"Date": None, "Creator": None})
        shown = f"only-{theme}" if len(themes) > 1 else "plot-card"
        relative = target.relative_to(sources).as_posix()
        text += IMAGE.format(path=relative, alt=heading(figure), classes=f"plot {shown}")
    return text


def heading(figure: Figure) -> str:
    """Return the words over a figure, in one line."""
    titles = [
        figure.get_suptitle(),
        *(ax.get_title(loc) for ax in figure.axes for loc in ("center", "left")),
    ]
    return " ".join(next(filter(None, titles), "A figure without a heading").split())


remember_calls(unrolled)
