"""How far back a model remembers, as a Matplotlib figure: the strength of every timestep, layer by layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from unrolled.plots.panels import (
    MOST_LINES,
    hatch_masked,
    largest,
    make_figure,
    set_heading,
    set_title,
    share_time,
    show_heat,
    show_lines,
    theme_of,
)
from unrolled.scenes.colors import color
from unrolled.scenes.plain_text import printable
from unrolled.traces.cells import Array
from unrolled.traces.sensitivities import SHARE, LayerSensitivity, Sensitivity

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PANEL, _REST = 1.1, 1.0  # inches: of one panel, and of heading and axis of time together
_LINEAR, _SHOWN = 3, 6  # decades: past so many the scale is logarithmic, and so many it shows
_LONGEST = 40  # letters of a name

Named = tuple[str, LayerSensitivity]
Panel = list[Named]  # of one panel: a layer, and after it the input that it reads as it is


def plot_sensitivity(
    sensitivity: Sensitivity, sample: int = 0, *, figure: Figure | None = None
) -> Figure:
    """Plot how strongly each timestep moves the output: one panel for each recurrent layer and input, data below.

    Time runs from left to right in the order of the data, the layers from the input upwards, as in the diagrams. The
    steps that hold 90% of the strength, counted back from the one read last, are dark. A panel whose values span
    more than three decades has a logarithmic scale, which ends six decades below the largest. Masked steps are hatched.
    A layer that reads an input as it is, with the same strengths, shares its panel; a model without recurrent layers
    has a panel for each layer that reads a time axis.

    Parameters
    ----------
    sensitivity : Sensitivity
        From :func:`unrolled.sensitivity`, with strengths of shape (batch, timesteps).
    sample : int
        Which sample of the axis batch.
    figure : matplotlib.figure.Figure, optional
        An empty figure (or subfigure) to draw into. Without it a new one is made; pyplot is not involved.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        There is no such sample.
    TypeError
        ``sensitivity`` is no Sensitivity.
    ImportError
        Matplotlib is not installed.

    Notes
    -----
    The strength is that of :func:`unrolled.sensitivity`: the L2 norm over features of the derivative of the output.

    Examples
    --------
    >>> import keras, numpy as np, unrolled
    >>> model = keras.Sequential([keras.Input((20, 2), name="x"), keras.layers.LSTM(4, name="lstm")])
    >>> figure = unrolled.plot_sensitivity(unrolled.sensitivity(model, np.zeros((1, 20, 2))))
    >>> [ax.get_title("left").split(":")[0] for ax in figure.axes]
    ['lstm  LSTM, reading x', 'x  its data']
    """
    _check(sensitivity, sample)
    blocks = _blocks(sensitivity, sample)
    count = sum(len(panels) + len(inputs) for panels, inputs in blocks)
    figure = make_figure(figure, _PANEL * count + _REST + 0.3 * (len(blocks) - 1))
    axes = list(figure.subplots(count, 1, squeeze=False)[:, 0])
    for panels, inputs in blocks:
        own = [axes.pop(0) for _ in (*panels, *inputs)]
        for ax, panel in zip(own, panels, strict=False):
            _show_strength(ax, panel, sample)
        for ax, named in zip(own[len(panels) :], inputs, strict=True):
            _show_values(ax, named, sample)
        share_time(own, panels[0][0][1].strength.shape[1], "")
    masked = any(r.mask is not None and not r.mask[sample].all() for r in sensitivity.reads)
    notes = [f"sample {sample}"] + ["masked steps hatched"] * masked
    title = f"{printable(sensitivity.model_name)}: how strongly each timestep moves {sensitivity.target}"
    set_heading(figure, ", ".join([title, *notes]))
    return figure


def _blocks(sensitivity: Sensitivity, sample: int) -> list[tuple[list[Panel], list[Named]]]:
    """Return what to show, by length in timesteps: the panels from the last layer down, and the inputs."""
    named = list(zip(sensitivity.names, sensitivity.reads, strict=True))
    if any(r.is_recurrent for r in sensitivity.reads):
        named = [(name, r) for name, r in named if r.is_recurrent or r.is_input]
    blocks: dict[int, list[Panel]] = {}
    for name, read in named:
        panels = blocks.setdefault(read.strength.shape[1], [])
        same = [
            p
            for p in panels
            if p[-1][1].is_input and np.array_equal(p[-1][1].strength, read.strength)
        ]
        if same:
            same[0].insert(0, (name, read))
        else:
            panels.append([(name, read)])
    order = {read.strength.shape[1]: k for k, (_, read) in enumerate(named)}
    lengths = sorted(blocks, key=lambda n: order[n], reverse=True)
    inputs = {n: {p[-1][1].name: p[-1] for p in blocks[n] if p[-1][1].is_input} for n in lengths}
    return [(blocks[n][::-1], [(r.name, r) for _, r in inputs[n].values()]) for n in lengths]


def _show_strength(ax: Axes, panel: Panel, sample: int) -> None:
    """Draw the strengths as a row of bars, dark where they make up the share."""
    figure: Any = ax.figure
    (name, read), theme = panel[0], theme_of(figure)
    strength = np.asarray(read.strength[sample], dtype="float64")
    bottom = _scale(ax, strength)
    edges = np.arange(len(strength) + 1) - 0.5
    held, words = _held(read, sample)
    for chosen, alpha in ((~held, 0.65 if bottom else 0.45), (held, 1.0)):
        heights = np.where(chosen & (strength > bottom), strength, np.nan)
        # on a logarithmic scale the height of a bar means nothing: its top alone is drawn
        ax.stairs(
            heights, edges, baseline=None if bottom else 0, fill=not bottom, linewidth=1.5 if bottom else 0,
            color=color("timesteps", theme), alpha=alpha,
        )  # fmt: skip
    ax.set_ylabel("strength", color=color("soft", theme))
    ax.set_label("strength")
    reading = f", reading {_short(panel[-1][0])}" if len(panel) > 1 else ""
    kind = "input" if read.is_input else read.layer_class
    set_title(ax, f"{_short(name)}  {kind}{reading}: {words}")
    hatch_masked(ax, None if read.mask is None else read.mask[sample])


def _scale(ax: Axes, strength: Array) -> float:
    """Set the scale of a panel to the strengths, and return where it begins."""
    from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

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
    """Return which steps hold the share of the strength, bool (timesteps,), and how many in words."""
    moving = np.flatnonzero(read.strength[sample] > 0)
    count, timesteps = int(read.reach()[sample]), read.strength.shape[1]
    held = np.zeros(timesteps, dtype=bool)
    if not len(moving):
        return held, "moves nothing"
    stop = moving[0] + count if read.go_backwards else moving[-1] + 1
    held[stop - count : stop] = True
    return held, f"{SHARE:.0%} in {count} step{'s' * (count != 1)}, {_span(stop - count, stop - 1)}"


def _span(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first} to {last}"


def _show_values(ax: Axes, named: Named, sample: int) -> None:
    """Draw the data of an input: numbers as lines or a heat map, ids as points."""
    name, read = named
    values, title = np.asarray(read.values)[sample], f"{_short(name)}  its data"
    if values.ndim == 1:
        figure: Any = ax.figure
        ax.plot(values, ".", color=color("features", theme_of(figure)))
        ax.set_ylabel("id", color=color("features", theme_of(figure)))
        ax.margins(y=0.15)
        ax.locator_params(axis="y", nbins=3, integer=True)
        set_title(ax, title)
    else:
        rows = np.asarray(values.reshape(len(values), -1).T, dtype="float32")
        if len(rows) <= MOST_LINES:
            show_lines(ax, rows, "feature", title=title)
        else:
            show_heat(ax, rows, "diverging", largest(rows), axis="features", title=title)
    ax.set_label("input")
    hatch_masked(ax, None if read.mask is None else read.mask[sample])


def _short(name: str) -> str:
    """Return a name that leaves room for what else stands in the line.

    >>> _short("lstm"), len(_short("outer/" * 20 + "lstm"))
    ('lstm', 40)
    """
    name = printable(name)
    return name if len(name) <= _LONGEST else "\N{HORIZONTAL ELLIPSIS}" + name[1 - _LONGEST :]


def _check(sensitivity: Any, sample: Any) -> None:
    if not isinstance(sensitivity, Sensitivity):
        raise TypeError(
            f"Expected a Sensitivity, got {type(sensitivity).__name__}. Fix: unrolled.sensitivity(model, x)."
        )
    size = sensitivity.samples
    if (
        not isinstance(sample, (int, np.integer))
        or isinstance(sample, bool)
        or not 0 <= sample < size
    ):
        raise ValueError(
            f"Expected sample to be one of the {size} samples, 0 to {size - 1}; got {sample!r}."
        )
