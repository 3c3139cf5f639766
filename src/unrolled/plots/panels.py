"""The panels of the plots: heat maps, lines and hatches over one axis of time.

Every panel is a handful of artists, however many units and timesteps there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from unrolled.plain_text import printable_line
from unrolled.plots.figures import theme_of
from unrolled.scenes.colors import DIVERGING, Theme, color, mix
from unrolled.traces.cells import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

Map = Literal["sequential", "diverging"]
MOST_LINES = 8  # past this many, lines in one panel cannot be told apart
_MOST_MARKED = 40  # steps whose single values are marked on a line
_ENTRY = 0.95  # inches that an entry of a legend takes
_BAR = 0.12  # inches: width of a colour bar
TICK_STEPS = [1, 2, 5, 10]  # between two ticks, times a power of ten


def color_map(kind: Map, theme: Theme) -> Colormap:
    """Return the map of Matplotlib for a kind of value; steps without a value are clear."""
    from matplotlib.colors import LinearSegmentedColormap

    negative, zero, positive = DIVERGING[theme]
    ends = (
        [negative, zero, positive]
        if kind == "diverging"
        else [zero, color("h", theme)]
    )
    return LinearSegmentedColormap.from_list(kind, ends, N=257).with_extremes(
        bad=(0, 0, 0, 0)
    )


def line_colors(count: int, theme: Theme) -> list[str]:
    """Return colours that can be told apart.

    >>> line_colors(2, "light")
    ['#b5186f', '#1d4ed8']
    """
    roles = ("features", "timesteps", "units", "c", "targets", "ink", "line")
    known = [color(role, theme) for role in roles]
    return [*known, mix(color("features", theme), color("ground", theme), 0.5)][
        :count
    ]


def largest(values: Array) -> float:
    """Return the largest size of a value, 1 where there is none.

    >>> largest(np.array([0.5, -2.0, np.nan])), largest(np.zeros(3))
    (2.0, 1.0)
    """
    return (
        float(np.max(np.abs(values), initial=0.0, where=np.isfinite(values)))
        or 1.0
    )


def show_heat(
    ax: Axes,
    rows: Array,
    kind: Map,
    limit: float,
    *,
    names: Sequence[int] | None = None,
    axis: str = "units",
    title: str = "",
) -> None:
    """Draw an array (rows, timesteps) as one image with its colour bar, its rows numbered."""
    figure: Any = ax.figure
    theme = theme_of(figure)
    low = -limit if kind == "diverging" else 0.0
    show_image(ax, rows, color_map(kind, theme))
    ax.images[0].set_clim(low, limit)
    add_bar([ax], rows, low, limit)
    name_rows(ax, rows.shape[0], axis, names)
    set_title(ax, title)


def show_image(ax: Axes, values: Array, colors: Colormap) -> None:
    """Draw an array (rows, columns) as one image, row 0 on top, whole numbers amid its squares."""
    rows, columns = values.shape
    roomy = columns <= ax.bbox.width and rows <= ax.bbox.height
    ax.imshow(
        np.asarray(values, dtype="float32"),
        cmap=colors,
        aspect="auto",
        extent=(-0.5, columns - 0.5, rows - 0.5, -0.5),
        # a pixel that holds many values shows their mean, not mixed colours; but means spread NaN
        interpolation="nearest" if roomy else "auto",
        interpolation_stage="rgba" if np.isnan(values).any() else "data",
    )


def add_bar(
    axes: Sequence[Axes],
    values: Array,
    low: float,
    high: float,
    tall: float | None = None,
) -> None:
    """Put a colour bar beside panels of one map, with points where values lie past its ends.

    tall: inches that the panels take together, where that is not the usual height.
    """
    figure: Any = axes[0].figure
    known = values[np.isfinite(values)]
    under, over = bool((known < low).any()), bool((known > high).any())
    extend = {(0, 0): "neither", (1, 0): "min", (0, 1): "max", (1, 1): "both"}[
        under, over
    ]
    bar = figure.colorbar(
        axes[0].images[0],
        ax=axes,
        extend=extend,
        pad=0.01,
        fraction=0.03,
        aspect=tall / _BAR if tall else 12,
    )
    ticks = [low, high] if tall and tall < 1 else [low, (low + high) / 2, high]
    bar.set_ticks(
        ticks, labels=[f"{v:.3g}".replace("-", "\N{MINUS SIGN}") for v in ticks]
    )
    bar.ax.tick_params(labelsize="small")
    bar.ax.set_label("bar")


def name_rows(
    ax: Axes,
    count: int,
    axis: str,
    names: Sequence[int] | None = None,
    most: int = 4,
) -> None:
    """Write the numbers of a heat map's rows, about ``most`` of them, and name the axis."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    numbers = list(range(count) if names is None else names)

    def name(y: float, _: object = None) -> str:
        return str(numbers[round(y)]) if 0 <= round(y) < len(numbers) else ""

    ax.yaxis.set_major_locator(
        MaxNLocator(nbins=most, integer=True, min_n_ticks=1, steps=TICK_STEPS)
    )
    ax.yaxis.set_major_formatter(FuncFormatter(name))
    label_axis(ax, "y", axis)


def label_axis(
    ax: Axes, side: Literal["x", "y"], axis: str, text: str = ""
) -> None:
    """Name an axis after its role (``units`` as ``unit``), in the colour it has in the diagrams."""
    figure: Any = ax.figure
    put = ax.set_xlabel if side == "x" else ax.set_ylabel
    put(text or axis.removesuffix("s"), color=color(axis, theme_of(figure)))


def set_title(ax: Axes, title: str) -> None:
    """Put a small title above the left end of a panel."""
    ax.set_title(
        printable_line(title),
        loc="left",
        fontsize="medium",
        pad=3,
        parse_math=False,
    )


def show_lines(
    ax: Axes,
    rows: Array,
    word: str,
    *,
    names: Sequence[int] | None = None,
    title: str = "",
) -> None:
    """Draw an array (rows, timesteps) as lines with a legend; past 8 rows as their middle."""
    figure: Any = ax.figure
    theme = theme_of(figure)
    if len(rows) <= MOST_LINES:
        _show_each(
            ax,
            rows,
            word,
            list(range(len(rows)) if names is None else names),
            theme,
        )
    else:
        _show_range(ax, rows, word, theme)
    inches = figure.bbox.width / figure.figure.dpi
    columns = max(
        1, int(inches / _ENTRY)
    )  # as many entries as fit side by side
    ax.legend(
        loc="lower right", bbox_to_anchor=(1.0, 1.0), fontsize="x-small", frameon=False,
        ncols=columns, handlelength=1, handletextpad=0.4, columnspacing=0.9,
        borderaxespad=0, borderpad=0.2,
    )  # fmt: skip
    ax.set_ylabel("value", color=color("soft", theme))
    ax.margins(y=0.12)
    set_title(ax, title)


def _marker(rows: Array) -> str:
    """Return the sign at each value; lines of many steps have none, which would run together."""
    return "." if rows.shape[1] <= _MOST_MARKED else ""


def _show_each(
    ax: Axes, rows: Array, word: str, numbers: Sequence[int], theme: Theme
) -> None:
    t, marker = np.arange(rows.shape[1]), _marker(rows)
    for number, row, ink in zip(
        numbers, rows, line_colors(len(rows), theme), strict=True
    ):
        ax.plot(
            t,
            row,
            color=ink,
            linewidth=1.1,
            marker=marker,
            label=f"{word} {number}",
        )


def _show_range(ax: Axes, rows: Array, word: str, theme: Theme) -> None:
    t, marker, ink = (
        np.arange(rows.shape[1]),
        _marker(rows),
        color("units", theme),
    )
    low, lower, middle, upper, high = np.percentile(
        rows, [0, 25, 50, 75, 100], axis=0
    )
    everything = f"all {len(rows)} {word}s"
    ax.fill_between(
        t, low, high, color=ink, alpha=0.15, linewidth=0, label=everything
    )
    ax.fill_between(
        t, lower, upper, color=ink, alpha=0.3, linewidth=0, label="middle half"
    )
    ax.plot(t, middle, color=ink, linewidth=1.1, marker=marker, label="median")
