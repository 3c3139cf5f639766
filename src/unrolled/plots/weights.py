"""The weights of a recurrent layer as a Matplotlib figure: to scale, gate by gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from unrolled.plots.panels import (
    add_bar,
    color_map,
    label_axis,
    largest,
    make_figure,
    name_rows,
    set_heading,
    set_title,
    show_image,
    theme_of,
)
from unrolled.scenes.colors import color
from unrolled.traces.calls import RecurrentCall
from unrolled.traces.cells import Array, known_cell
from unrolled.traces.gate_weights import GATE_WORDS, GateWeights, put_together

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_CELL, _WIDEST, _NARROWEST, _TALLEST = (
    0.3,
    7.0,
    4.5,
    7.0,
)  # inches: a square, all columns together, all rows
_THINNEST = 0.3  # inches: of one array, however few its rows


def plot_weights(rec_or_layer: Any, *, figure: Figure | None = None) -> Figure:
    """Draw the weights of an LSTM, a GRU or a SimpleRNN as Keras keeps them: one array for all gates.

    Kernel, recurrent kernel and bias stand one below the other over the same columns, gate beside gate, so that a
    gate is one strip from top to bottom. All three have the same scale, but none is drawn thinner than a line of
    text. Values are red (negative) to blue, up to the largest one of both kernels; the bias, whose ones of the forget
    gate would drown the rest, has a scale of its own.

    Parameters
    ----------
    rec_or_layer : RecurrentCall, GateWeights or keras.layers.Layer
        A call from a trace, its ``weights``, or a built layer, whose present values are drawn.
        Arrays: kernel (features, gates · units), recurrent kernel (units, gates · units), bias (gates · units,).
    figure : matplotlib.figure.Figure, optional
        An empty figure (or subfigure) to draw into. Without it a new one is made; pyplot is not involved.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        The layer's cell is none of Keras's LSTMCell, GRUCell and SimpleRNNCell, or it is not built.
    TypeError
        ``rec_or_layer`` is no recurrent layer.
    ImportError
        Matplotlib is not installed.

    Notes
    -----
    The order of the columns is that of Keras ``src/layers/rnn/lstm.py`` (i, f, c, o) and ``gru.py`` (z, r, h).

    Examples
    --------
    >>> import keras, unrolled
    >>> layer = keras.layers.LSTM(4)
    >>> layer.build((None, 5, 2))
    >>> figure = unrolled.plot_weights(layer)
    >>> [ax.images[0].get_array().shape for ax in figure.axes if ax.get_label() == "weights"]
    [(2, 16), (4, 16), (1, 16)]
    """
    weights, heading = _read(rec_or_layer)
    arrays = _arrays(weights)
    columns = weights.units * len(weights.columns)
    cell = min(_CELL, _WIDEST / columns)
    cell = min(cell, _TALLEST / sum(len(a) for _, _, a in arrays))
    heights = [max(_THINNEST, len(a) * cell) for _, _, a in arrays]
    width = max(_NARROWEST, min(_WIDEST, columns * cell))
    figure = make_figure(figure, sum(heights) + 0.35 * len(heights) + 1.3, width + 1.5)
    grid = figure.subplots(len(arrays), 1, sharex=True, squeeze=False, height_ratios=heights)
    axes = list(grid[:, 0])
    for ax, (title, axis, array), height in zip(axes, arrays, heights, strict=True):
        _show(ax, array, weights)
        _name(ax, title, axis, len(array), most=max(1, round(height / 0.2)))
    _name_gates(axes[0], axes[-1], weights)
    _add_scale(axes[:2], arrays[:2], sum(heights[:2]))
    if weights.bias is not None:
        _add_scale(axes[2:], arrays[2:], heights[2])
    set_heading(figure, heading)
    return figure


def _read(given: Any) -> tuple[GateWeights, str]:
    """Return the weights of what was given, and the heading over them."""
    if isinstance(given, RecurrentCall):
        weights, heading = given.weights, f"{given.path}: {given.constructor}"
    elif isinstance(given, GateWeights):
        weights, heading = given, f"{given.cell_class}: {given.formula} weights"
    elif hasattr(given, "cell") and hasattr(given, "weights"):
        from unrolled.keras_bridge.constructors import describe
        from unrolled.keras_bridge.weight_counts import read_gates

        heading = f"{given.name}: {describe(given)}"
        if known_cell(given.cell) and getattr(given.cell, "recurrent_kernel", None) is None:
            raise ValueError(
                f"Expected a built layer, got {heading}. Fix: layer.build((None, timesteps, features))."
            )
        weights = read_gates(given, given.cell)
    else:
        raise TypeError(
            f"Expected a RecurrentCall or a recurrent layer, got {type(given).__name__}. "
            'Fix: trace["lstm"]; of a Bidirectional trace["bidirectional/forward_lstm"] or layer.forward_layer.'
        )
    if not isinstance(weights, GateWeights):
        raise ValueError(
            f"Expected an LSTM, a GRU or a SimpleRNN, got {heading}: its gates are not known."
        )
    return weights, heading


def _arrays(weights: GateWeights) -> list[tuple[str, str, Array]]:
    """Return (title, axis of the rows, array of two axes) of each array that the layer has."""
    found = [
        ("kernel", "features", put_together(weights.kernel)),
        ("recurrent kernel", "units", put_together(weights.recurrent_kernel)),
    ]
    if weights.bias is not None:
        found.append(("bias", "", np.atleast_2d(put_together(weights.bias))))
    return [(title, axis, np.asarray(a, dtype="float32")) for title, axis, a in found]


def _show(ax: Axes, array: Array, weights: GateWeights) -> None:
    """Draw an array as one image, with a line between the gates."""
    figure: Any = ax.figure
    show_image(ax, array, color_map("diverging", theme_of(figure)))
    edges = [start - 0.5 for start, _ in weights.columns.values()][1:]
    ax.vlines(edges, 0, 1, transform=ax.get_xaxis_transform(), color=_ink(figure), linewidth=1.0)
    ax.set_label("weights")


def _add_scale(axes: Sequence[Axes], arrays: Sequence[tuple[str, str, Array]], tall: float) -> None:
    """Give panels one colour scale, up to the largest value of them, and one colour bar."""
    values = np.concatenate([a.ravel() for _, _, a in arrays])
    limit = largest(values)
    for ax in axes:
        ax.images[0].set_clim(-limit, limit)
    add_bar(axes, values, -limit, limit, tall=tall)


def _name(ax: Axes, title: str, axis: str, rows: int, most: int) -> None:
    if axis:
        name_rows(ax, rows, axis, most=min(most, 8))
    else:
        parts: Mapping[int, list[str]] = {2: ["input", "recurrent"]}
        ax.set_yticks(range(rows), parts.get(rows, [""] * rows))
        ax.tick_params(axis="y", length=0)
    ax.tick_params(labelsize="small")
    ax.tick_params(axis="x", length=0)
    set_title(ax, title)


def _name_gates(first: Axes, last: Axes, weights: GateWeights) -> None:
    """Write the gates' names above and the columns that they take in Keras's arrays below."""
    middles = [(start + stop - 1) / 2 for start, stop in weights.columns.values()]
    words = GATE_WORDS[weights.cell_class]
    top = first.secondary_xaxis("top")
    top.set_xticks(middles, [f"{name}\n{words[name]}" for name in weights.columns])
    top.tick_params(length=0, labelsize="medium")
    last.set_xticks(middles, [f"{start}:{stop}" for start, stop in weights.columns.values()])
    many = "s" * (weights.units != 1)
    label_axis(last, "x", "units", f"columns of Keras's arrays, {weights.units} unit{many} a gate")


def _ink(figure: Any) -> str:
    return color("ink", theme_of(figure))
