"""The figures that plots are drawn into: new or the reader's own, light or dark."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from unrolled.plain_text import printable_line
from unrolled.scenes.colors import THEMES, Theme, color, luminance

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDTH = 8.0  # inches: a page's column
_LETTERS = 10  # of a heading in an inch
_NO_BREAK = "\N{NO-BREAK SPACE}"


def make_figure(
    figure: Figure | None,
    height: float,
    width: float = WIDTH,
    *,
    theme: Theme,
    redraw: Callable[..., Figure],
) -> Figure:
    """Return the figure to draw into: the reader's, else a new one that keeps its labels apart.

    A new figure has the ground of the theme and, as ``unrolled_redraw``, how it is drawn once more:
    a function that takes ``theme`` and ``figure``. For a finished figure cannot change its colours.
    Raises ImportError, with what to install, where Matplotlib is missing; TypeError where
    ``figure`` is something else than a figure; ValueError for a theme that there is not.
    """
    try:
        from matplotlib.figure import Figure, SubFigure

        from unrolled.plots.shown_figures import ShownFigure
    except ImportError as error:
        raise ImportError(
            "Plots need Matplotlib: pip install matplotlib"
        ) from error
    if theme not in THEMES:
        raise ValueError(
            f"Expected theme to be 'light' or 'dark', got {theme!r}."
        )
    if figure is None:
        ground = color("ground", theme)
        new = ShownFigure(
            figsize=(width, height), layout="constrained", facecolor=ground
        )
        new.unrolled_redraw = redraw
        return new
    if not isinstance(figure, (Figure, SubFigure)):
        raise TypeError(
            f"Expected figure to be a Matplotlib figure, got {type(figure).__name__}. "
            "Fix: figure=matplotlib.figure.Figure(); without figure= a new one is made."
        )
    if (
        isinstance(figure, Figure)
        and not figure.axes
        and figure.get_layout_engine() is None
    ):
        figure.set_layout_engine("constrained")
    return figure


def theme_of(figure: Figure) -> Theme:
    """Return the theme that fits the figure's ground."""
    from matplotlib.colors import to_hex, to_rgba

    ground = figure.figure.get_facecolor()
    is_seen = to_rgba(ground)[3] > 0.5
    return "dark" if is_seen and luminance(to_hex(ground)) < 0.2 else "light"


def set_heading(figure: Figure, title: str, *notes: str) -> None:
    """Put a heading over the finished figure, and give the words their ink.

    It is broken where it is too long, but not within a note: no line is a number on its own.
    """
    width = int(figure.bbox.width / figure.figure.dpi * _LETTERS)
    whole = [printable_line(note).replace(" ", _NO_BREAK) for note in notes]
    lines = textwrap.wrap(", ".join([printable_line(title), *whole]), width)
    text = "\n".join(lines).replace(_NO_BREAK, " ")
    figure.suptitle(
        text,
        fontsize="large",
        parse_math=False,
        color=color("ink", theme_of(figure)),
    )
    _set_ink(figure)


def _set_ink(figure: Figure) -> None:
    """Give all words and frames the ink of the figure's theme, whatever Matplotlib's style."""
    ink = color("ink", theme_of(figure))
    for ax in [each for top in figure.axes for each in (top, *top.child_axes)]:
        ax.set_facecolor("none")
        ax.tick_params(colors=ink)
        for spine in ax.spines.values():
            spine.set_edgecolor(ink)
        for text in _texts_of(ax):
            text.set_color(ink)


def _texts_of(ax: Any) -> list[Any]:
    """Return the title at the left, what may stand over an axis, and the legend's words."""
    texts = [getattr(ax, "_left_title", ax.title), ax.yaxis.get_offset_text()]
    legend = ax.get_legend()
    if legend:
        texts += legend.get_texts()
    return texts
