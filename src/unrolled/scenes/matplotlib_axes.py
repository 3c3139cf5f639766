"""A Scene on Matplotlib axes: for PNG and PDF, and for a figure of one's own."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from unrolled.scenes.colors import Theme, color, hex_color, level_color
from unrolled.scenes.scene import Scene
from unrolled.scenes.shapes import Box, Line, Text, Tiles
from unrolled.scenes.svg import arrow_head, hatch_lines

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_DPI = 96.0  # one pixel of the scene is one dot at this resolution
# points in a pixel: Matplotlib measures lines and letters in points
_POINTS = 72 / _DPI

# by what a shape says of itself
_LINE_STYLES: Mapping[bool, Any] = {False: "-", True: (0, (4, 3))}
_FAMILIES = {False: "DejaVu Sans", True: "DejaVu Sans Mono"}
_WEIGHTS = {False: "normal", True: "bold"}
_STYLES = {False: "normal", True: "italic"}


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
    # letters and lines are as large as the axes are, which need not be as wide as the scene
    width = ax.get_position().width * owner.get_figwidth() * _DPI
    scale = width / scene.width
    for order, shape in enumerate(scene.shapes):
        _PAINTERS[type(shape)](ax, shape, theme, scale, order)
    figure_of: Figure = owner
    return figure_of


def figure_bytes(figure: Figure, kind: str) -> bytes:
    """Return the figure as the bytes of a ``png`` or ``pdf`` file, without a date."""
    out = io.BytesIO()
    # without what would make two files of one picture differ
    metadata = {"png": {"Software": None}, "pdf": {"CreationDate": None}}[kind]
    figure.savefig(
        out,
        format=kind,
        dpi=2 * _DPI,
        metadata=metadata,
        facecolor=figure.get_facecolor(),
    )
    return out.getvalue()


def small_png(figure: Figure) -> bytes:
    """Return the figure as PNG of few colours: notebooks keep each picture that they show."""
    from PIL import Image

    whole = io.BytesIO(figure_bytes(figure, "png"))
    small = io.BytesIO()
    with Image.open(whole) as image:
        # a diagram has some thirty colours and their edges: 128 keep them all apart
        few = image.convert("RGB").quantize(128)
    few.save(small, format="png", optimize=True)
    return small.getvalue()


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
                linewidth=_POINTS * scale,
                zorder=order,
            )
        return
    weight = 0.0
    if box.stroke:
        weight = box.weight
    style: dict[str, Any] = {
        "facecolor": _hex(box.fill, theme),
        "edgecolor": _hex(box.stroke, theme),
        "linewidth": _POINTS * weight * scale,
        "linestyle": _LINE_STYLES[box.dashed],
        "zorder": order,
    }
    radius = min(box.radius, box.width / 2, box.height / 2)
    # round corners of Matplotlib do not meet in a circle
    if box.width == box.height == 2 * radius:
        middle = (box.x + radius, box.y + radius)
        ax.add_patch(Circle(middle, radius, **style))
        return
    corners = "square,pad=0"
    if radius:
        corners = f"round,pad=0,rounding_size={radius}"
    patch = FancyBboxPatch(
        (box.x, box.y), box.width, box.height, boxstyle=corners, **style
    )
    ax.add_patch(patch)


def _paint_tiles(
    ax: Axes, tiles: Tiles, theme: Theme, _scale: float, order: int
) -> None:
    from matplotlib.collections import PolyCollection

    corners, colors = [], []
    for level, x, y, width, height in tiles.runs():
        right, bottom = x + width, y + height
        corners.append([(x, y), (right, y), (right, bottom), (x, bottom)])
        colors.append(level_color(level, theme))
    squares = PolyCollection(
        corners, facecolors=colors, edgecolors="none", zorder=order
    )
    ax.add_collection(squares, autolim=False)


def _paint_line(
    ax: Axes, line: Line, theme: Theme, scale: float, order: int
) -> None:
    from matplotlib.patches import Polygon

    points, role = list(line.points), hex_color(line.stroke, theme)
    if line.head:
        corners, points[-1] = arrow_head(line)
        head = Polygon(
            list(corners),
            closed=True,
            facecolor=role,
            edgecolor="none",
            zorder=order,
        )
        ax.add_patch(head)
    xs, ys = zip(*points, strict=True)
    ax.plot(
        xs,
        ys,
        color=role,
        linewidth=_POINTS * line.weight * scale,
        linestyle=_LINE_STYLES[line.dashed],
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
            fontsize=_POINTS * span.size * scale,
            fontfamily=_FAMILIES[span.mono],
            fontweight=_WEIGHTS[span.bold],
            fontstyle=_STYLES[span.italic],
            parse_math=False,
            zorder=order,
        )
        x += span.width


def _hex(name: str | None, theme: Theme) -> str:
    if name is None:
        return "none"
    return hex_color(name, theme)


#: how each kind of shape is painted
_PAINTERS: Mapping[type, Callable[..., None]] = {
    Box: _paint_box,
    Line: _paint_line,
    Text: _paint_text,
    Tiles: _paint_tiles,
}
