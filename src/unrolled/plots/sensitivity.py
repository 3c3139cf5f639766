"""How far back a model remembers, as a figure: the strength of every timestep, layer by layer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from unrolled.plain_text import printable_line
from unrolled.plots.figures import make_figure, set_heading, theme_of
from unrolled.plots.panels import (
    MOST_LINES,
    largest,
    set_title,
    show_heat,
    show_lines,
)
from unrolled.plots.requests import check_sample
from unrolled.plots.sensitivity_blocks import (
    Block,
    NamedRead,
    Panel,
    blocks_of,
)
from unrolled.plots.time_axes import hatch_masked, share_time
from unrolled.scenes.colors import Theme, color
from unrolled.traces.cells import Array
from unrolled.traces.sensitivities import SHARE, LayerSensitivity, Sensitivity

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PANEL = 1.1  # inches: height of one panel, title and ticks included
_REST = 1.0  # inches: height of heading and axis of time together
_AXIS = 0.3  # inches: height of one more axis of time
_LINEAR = 3  # decades: values that span more have a logarithmic scale
_SHOWN = 6  # decades that a logarithmic scale shows: below them rounding rules
_LONGEST = (
    40  # letters of a name: room is left for what else stands in the line
)


def plot_sensitivity(
    sensitivity: Sensitivity,
    sample: int = 0,
    *,
    theme: Theme = "light",
    figure: Figure | None = None,
) -> Figure:
    """Plot how strongly each timestep moves the output: a panel for each layer, the data below.

    Time runs from left to right in the order of the data, the layers from the input upwards, as in
    the diagrams. The steps that hold 90% of the strength, counted back from the one read last, are
    dark. A panel whose values span more than three decades has a logarithmic scale, which ends six
    decades below the largest. Masked steps are hatched. A layer that reads an input as it is, with
    the same strengths, shares its panel; a model without recurrent layers has a panel for each
    layer that reads a time axis.

    Parameters
    ----------
    sensitivity : Sensitivity
        From :func:`unrolled.sensitivity`, with strengths of shape (batch, timesteps).
    sample : int
        Which sample of the axis batch.
    theme : {"light", "dark"}
        The ground of a new figure and the colours on it. A figure of yours keeps its ground.
    figure : matplotlib.figure.Figure, optional
        An empty figure (or subfigure) to draw into. Without it a new one is made; pyplot is not
        involved.

    Returns
    -------
    matplotlib.figure.Figure
        A new one has as ``unrolled_redraw`` the function that draws it again; it takes ``theme``
        and ``figure``.

    Raises
    ------
    ValueError
        There is no such sample.
    TypeError
        ``sensitivity`` is not a Sensitivity, or ``figure`` is not a figure.
    ImportError
        Matplotlib is not installed.

    Notes
    -----
    The strength is that of :func:`unrolled.sensitivity`: the L2 norm over features of the
    derivative of the output.

    Examples
    --------
    >>> import keras, numpy as np, unrolled
    >>> layer = keras.layers.LSTM(4, name="lstm")
    >>> model = keras.Sequential([keras.Input((20, 2), name="x"), layer])
    >>> sensitivity = unrolled.sensitivity(model, np.zeros((1, 20, 2)))
    >>> figure = unrolled.plot_sensitivity(sensitivity)
    >>> [ax.get_title("left").split(":")[0] for ax in figure.axes]
    ['lstm  LSTM, reading x', 'x  its data']
    """
    if not isinstance(sensitivity, Sensitivity):
        raise TypeError(
            f"Expected a Sensitivity, got {type(sensitivity).__name__}. "
            "Fix: unrolled.sensitivity(model, x)."
        )
    sample = check_sample(sample, sensitivity.samples)
    blocks = blocks_of(sensitivity)
    count = sum(len(block.panels) + len(block.inputs) for block in blocks)
    height = _PANEL * count + _REST + _AXIS * (len(blocks) - 1)
    redraw = partial(plot_sensitivity, sensitivity, sample)
    figure = make_figure(figure, height, theme=theme, redraw=redraw)
    axes = list(figure.subplots(count, 1, squeeze=False)[:, 0])
    for block in blocks:
        size = len(block.panels) + len(block.inputs)
        _show_block(axes[:size], block, sample)
        axes = axes[size:]
    title = f"{sensitivity.model_name}: how strongly each timestep moves {sensitivity.of}"
    set_heading(figure, title, *_notes(sensitivity, sample))
    return figure


def _notes(sensitivity: Sensitivity, sample: int) -> list[str]:
    masks = [read.mask for read in sensitivity.reads if read.mask is not None]
    if all(mask[sample].all() for mask in masks):
        return [f"sample {sample}"]
    return [f"sample {sample}", "masked steps hatched"]


def _show_block(axes: Sequence[Axes], block: Block, sample: int) -> None:
    strengths, inputs = axes[: len(block.panels)], axes[len(block.panels) :]
    for ax, panel in zip(strengths, block.panels, strict=True):
        _show_strength(ax, panel, sample)
    for ax, named in zip(inputs, block.inputs, strict=True):
        _show_values(ax, named, sample)
    share_time(axes, block.panels[0][0].read.strength.shape[1], "")


def _show_strength(ax: Axes, panel: Panel, sample: int) -> None:
    """Draw the strengths as a row of bars, dark where they make up the share."""
    figure: Any = ax.figure
    (name, read), theme = panel[0], theme_of(figure)
    strength = np.asarray(read.strength[sample], dtype="float64")
    bottom = _scale(ax, strength)
    held, words = _held(read, sample)
    _show_bars(ax, strength, bottom, ~held, 0.65 if bottom else 0.45, theme)
    _show_bars(ax, strength, bottom, held, 1.0, theme)
    ax.set_ylabel("strength", color=color("soft", theme))
    ax.set_label("strength")
    reading = f", reading {_short(panel[-1].name)}" if len(panel) > 1 else ""
    kind = "input" if read.is_input else read.layer_class
    set_title(ax, f"{_short(name)}  {kind}{reading}: {words}")
    hatch_masked(ax, None if read.mask is None else read.mask[sample])


def _show_bars(
    ax: Axes,
    strength: Array,
    bottom: float,
    chosen: Array,
    alpha: float,
    theme: Theme,
) -> None:
    """Draw the bars of the chosen steps. bottom: where a logarithmic scale begins, else 0."""
    edges = np.arange(len(strength) + 1) - 0.5
    heights = np.where(chosen & (strength > bottom), strength, np.nan)
    ink = color("timesteps", theme)
    if (
        bottom
    ):  # there the height of a bar means nothing: its top alone is drawn
        ax.stairs(
            heights,
            edges,
            baseline=None,
            fill=False,
            linewidth=1.5,
            color=ink,
            alpha=alpha,
        )
    else:
        ax.stairs(
            heights,
            edges,
            baseline=0,
            fill=True,
            linewidth=0,
            color=ink,
            alpha=alpha,
        )


def _scale(ax: Axes, strength: Array) -> float:
    """Set the scale of a panel to the strengths, and return where it begins."""
    from matplotlib.ticker import (
        FuncFormatter,
        LogLocator,
        MaxNLocator,
        NullLocator,
    )

    known = strength[np.isfinite(strength) & (strength > 0)]
    high = float(known.max(initial=0.0)) or 1.0
    low = max(float(known.min(initial=high)), high * 10.0**-_SHOWN)
    if high > low * 10**_LINEAR:
        low = float(10.0 ** np.floor(np.log10(low)))
        ax.set_yscale("log")
        ax.set_ylim(low, high * 2)
        ax.yaxis.set_major_locator(LogLocator(numticks=4))
        ax.yaxis.set_minor_locator(NullLocator())
        return low
    ax.set_ylim(0, high * 1.1)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=3))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3g}"))
    return 0.0


def _held(read: LayerSensitivity, sample: int) -> tuple[Array, str]:
    """Return which steps hold the share of the strength, bool (timesteps,), and that in words."""
    moving = np.flatnonzero(read.strength[sample] > 0)
    count, timesteps = int(read.reach()[sample]), read.strength.shape[1]
    held = np.zeros(timesteps, dtype=bool)
    if not len(moving):
        return held, "moves nothing"
    stop = moving[0] + count if read.go_backwards else moving[-1] + 1
    held[stop - count : stop] = True
    first, last = stop - count, stop - 1
    steps = f"{first}" if first == last else f"{first} to {last}"
    return held, f"{SHARE:.0%} in {count} step{'s' * (count != 1)}, {steps}"


def _show_values(ax: Axes, named: NamedRead, sample: int) -> None:
    """Draw the data of an input: numbers as lines or a heat map, ids as points."""
    name, read = named
    values, title = np.asarray(read.values)[sample], f"{_short(name)}  its data"
    if values.ndim == 1:
        _show_ids(ax, values, title)
    else:
        rows = np.asarray(values.reshape(len(values), -1).T, dtype="float32")
        _show_rows(ax, rows, title)
    ax.set_label("input")
    hatch_masked(ax, None if read.mask is None else read.mask[sample])


def _show_ids(ax: Axes, values: Array, title: str) -> None:
    figure: Any = ax.figure
    ink = color("features", theme_of(figure))
    ax.plot(values, ".", color=ink)
    ax.set_ylabel("id", color=ink)
    ax.margins(y=0.15)
    ax.locator_params(axis="y", nbins=3, integer=True)
    set_title(ax, title)


def _show_rows(ax: Axes, rows: Array, title: str) -> None:
    if len(rows) <= MOST_LINES:
        show_lines(ax, rows, "feature", title=title)
    else:
        show_heat(
            ax, rows, "diverging", largest(rows), axis="features", title=title
        )


def _short(name: str) -> str:
    """Return a name that leaves room for what else stands in the line.

    >>> _short("lstm"), len(_short("outer/" * 20 + "lstm"))
    ('lstm', 40)
    """
    name = printable_line(name)
    if len(name) <= _LONGEST:
        return name
    return "\N{HORIZONTAL ELLIPSIS}" + name[1 - _LONGEST :]
