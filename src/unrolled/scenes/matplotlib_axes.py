"""A Scene on Matplotlib axes: for PNG and PDF, and for a figure of one's own."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from unrolled.scenes.colors import Theme, color, hex_color, level_color
from unrolled.scenes.shapes import Box, Line, Scene, Text, Tiles
from unrolled.scenes.svg import arrow_head, hatch_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DPI = 96.0  # one pixel of the scene is one dot at this resolution


def render_figure(
    scene: Scene, ax: Axes | None = None, *, theme: Theme = "light"
) -> Figure:
    """Draw the scene on ``ax``, or on a figure of its own size; return the figure.

    Raises ImportError, with what to install, where Matplotlib is missing; TypeError where ``ax`` is
    something else than axes.
    """
    try:
        from matplotlib.axes import Axes
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(
            "Drawing as PNG, PDF or figure needs Matplotlib: pip install matplotlib"
        ) from error
    if ax is None:
        figure = Figure(
            figsize=(scene.width / _DPI, scene.height / _DPI),
            dpi=_DPI,
            facecolor=color("ground", theme),
        )
        ax = figure.add_axes((0, 0, 1, 1))
    if not isinstance(ax, Axes):
        raise TypeError(
            f"Expected ax to be Matplotlib axes, got {type(ax).__name__}. "
            "Fix: ax=figure.add_subplot(); without ax= the figure is a new one."
        )
    owner: Any = ax.figure
    ax.set(
        xlim=(0, scene.width), ylim=(scene.height, 0), aspect="equal", title=""
    )
    ax.set_axis_off()
    ax.set_label(scene.title)
    scale = ax.get_position().width * owner.get_figwidth() * _DPI / scene.width
    for order, shape in enumerate(scene.shapes):
        _PAINTERS[type(shape)](ax, shape, theme, scale, order)
    figure_of: Figure = owner
    return figure_of


def figure_bytes(figure: Figure, kind: str) -> bytes:
    """Return the figure as the bytes of a ``png`` or ``pdf`` file, without a date."""
    out = io.BytesIO()
    metadata = {"png": {"Software": None}, "pdf": {"CreationDate": None}}[kind]
    figure.savefig(
        out,
        format=kind,
        dpi=2 * _DPI,
        metadata=metadata,
        facecolor=figure.get_facecolor(),
    )
    return out.getvalue()


def _paint_box(
    ax: Axes, box: Box, theme: Theme, scale: float, order: int
) -> None:
    from matplotlib.patches import Circle, FancyBboxPatch

    if box.hatched:
        for x1, y1, x2, y2 in hatch_lines(box):
            ax.plot(
                [x1, x2],
                [y1, y2],
                color=_hex(box.stroke, theme),
                linewidth=0.75 * scale,
                zorder=order,
            )
        return
    style: dict[str, Any] = {
        "facecolor": _hex(box.fill, theme),
        "edgecolor": _hex(box.stroke, theme),
        "linewidth": 0.75 * box.weight * scale if box.stroke else 0,
        "linestyle": (0, (4, 3)) if box.dashed else "-",
        "zorder": order,
    }
    radius = min(box.radius, box.width / 2, box.height / 2)
    if (
        box.width == box.height == 2 * radius
    ):  # round corners of Matplotlib do not meet in a circle
        ax.add_patch(Circle((box.x + radius, box.y + radius), radius, **style))
        return
    corners = (
        f"round,pad=0,rounding_size={radius}" if radius else "square,pad=0"
    )
    ax.add_patch(
        FancyBboxPatch(
            (box.x, box.y), box.width, box.height, boxstyle=corners, **style
        )
    )


def _paint_tiles(
    ax: Axes, tiles: Tiles, theme: Theme, _scale: float, order: int
) -> None:
    from matplotlib.collections import PolyCollection

    corners, colors = [], []
    for level, x, y, width, height in tiles.runs():
        right, bottom = x + width, y + height
        corners.append([(x, y), (right, y), (right, bottom), (x, bottom)])
        colors.append(level_color(level, theme))
    ax.add_collection(
        PolyCollection(
            corners, facecolors=colors, edgecolors="none", zorder=order
        ),
        autolim=False,
    )


def _paint_line(
    ax: Axes, line: Line, theme: Theme, scale: float, order: int
) -> None:
    from matplotlib.patches import Polygon

    points, role = list(line.points), hex_color(line.stroke, theme)
    if line.head:
        corners, points[-1] = arrow_head(line)
        ax.add_patch(
            Polygon(
                list(corners),
                closed=True,
                facecolor=role,
                edgecolor="none",
                zorder=order,
            )
        )
    xs, ys = zip(*points, strict=True)
    style: Any = (0, (4, 3)) if line.dashed else "-"
    ax.plot(
        xs,
        ys,
        color=role,
        linewidth=0.75 * line.weight * scale,
        linestyle=style,
        zorder=order,
    )


def _paint_text(
    ax: Axes, text: Text, theme: Theme, scale: float, order: int
) -> None:
    x = text.left
    for span in text.spans:
        ax.text(
            x,
            text.y + span.drop,
            span.text,
            color=hex_color(span.role, theme),
            fontsize=0.75 * span.size * scale,
            fontfamily="DejaVu Sans Mono" if span.mono else "DejaVu Sans",
            fontweight="bold" if span.bold else "normal",
            fontstyle="italic" if span.italic else "normal",
            parse_math=False,
            zorder=order,
        )
        x += span.width


def _hex(name: str | None, theme: Theme) -> str:
    return "none" if name is None else hex_color(name, theme)


#: how each kind of shape is painted
_PAINTERS: Mapping[type, Callable[..., None]] = {
    Box: _paint_box,
    Line: _paint_line,
    Text: _paint_text,
    Tiles: _paint_tiles,
}
