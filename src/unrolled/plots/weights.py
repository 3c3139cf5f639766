"""The weights of a recurrent layer as a Matplotlib figure: to scale, gate by gate."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from unrolled.axes import say_count
from unrolled.plain_text import printable_line
from unrolled.plots.figures import make_figure, set_heading, theme_of
from unrolled.plots.panels import (
    add_bar,
    color_map,
    label_axis,
    largest,
    name_rows,
    set_title,
    show_image,
)
from unrolled.scenes.colors import Theme, color
from unrolled.traces.cell_facts import cell_facts_of
from unrolled.traces.cells import Array, known_cell
from unrolled.traces.gate_weights import GateWeights, put_together
from unrolled.traces.recurrent_calls import RecurrentCall

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_CELL = 0.3  # inches: a square at most
_WIDEST = 7.0  # inches: all columns together, as a page has room for
_NARROWEST = 4.5  # inches: the names of four gates stand side by side
_TALLEST = 7.0  # inches: all rows together, as a screen has room for
_THINNEST = 0.3  # inches: of one array, however few its rows
_TITLES = 0.35  # inches: over each array, for its title
_REST = 1.3  # inches: height of heading, gates' names and columns
_SCALE = 1.5  # inches: width of the names of the rows and of the colour bar
_LINE = 0.2  # inches: height of the number of a row


class _Block(NamedTuple):
    """One array of the layer as it is drawn: two axes, of which the rows are named."""

    title: str
    axis: str
    array: Array


def plot_weights(
    layer_or_call: Any, *, theme: Theme = "light", figure: Figure | None = None
) -> Figure:
    """Plot the weights of an LSTM, a GRU or a SimpleRNN as Keras keeps them: gate beside gate.

    Kernel, recurrent kernel and bias stand one below the other over the same columns, so that a
    gate is one strip from top to bottom. All three have the same scale, but none is drawn thinner
    than a line of text. Values are ochre (negative) to cyan, up to the largest one of both kernels;
    the bias, whose ones of the forget gate would drown the rest, has a scale of its own.

    Parameters
    ----------
    layer_or_call : RecurrentCall, GateWeights or keras.layers.Layer
        A call from a trace, its ``weights``, or a built layer, whose present values are drawn.
        Arrays: kernel (features, gates · units), recurrent kernel (units, gates · units), bias
        (gates · units,).
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
        The layer's cell is none of Keras's LSTMCell, GRUCell and SimpleRNNCell, or it is not built.
    TypeError
        ``layer_or_call`` is not a recurrent layer, or ``figure`` is not a figure.
    ImportError
        Matplotlib is not installed.

    Notes
    -----
    The order of the columns is that of Keras ``src/layers/rnn/lstm.py`` (i, f, c, o) and ``gru.py``
    (z, r, h).

    Examples
    --------
    >>> import keras, unrolled
    >>> layer = keras.layers.LSTM(4)
    >>> layer.build((None, 5, 2))
    >>> figure = unrolled.plot_weights(layer)
    >>> [ax.images[0].get_array().shape for ax in figure.axes if ax.get_label() == "weights"]
    [(2, 16), (4, 16), (1, 16)]
    """
    weights, heading = _read(layer_or_call)
    blocks = _blocks(weights)
    columns = weights.units * len(weights.columns)
    square = min(
        _CELL, _WIDEST / columns, _TALLEST / sum(len(b.array) for b in blocks)
    )
    heights = [max(_THINNEST, len(block.array) * square) for block in blocks]
    height = sum(heights) + _TITLES * len(heights) + _REST
    width = max(_NARROWEST, min(_WIDEST, columns * square)) + _SCALE
    redraw = partial(plot_weights, layer_or_call)
    figure = make_figure(figure, height, width, theme=theme, redraw=redraw)
    grid = figure.subplots(
        len(blocks), 1, sharex=True, squeeze=False, height_ratios=heights
    )
    axes = list(grid[:, 0])
    for ax, block, tall in zip(axes, blocks, heights, strict=True):
        _show(ax, block.array, weights)
        _name(ax, block, most=max(1, round(tall / _LINE)))
    _name_gates(axes[0], axes[-1], weights)
    _add_scale(axes[:2], blocks[:2], sum(heights[:2]))
    if weights.bias is not None:
        _add_scale(axes[2:], blocks[2:], heights[2])
    set_heading(figure, heading)
    return figure


def _read(value: Any) -> tuple[GateWeights, str]:
    """Return the weights of a call, of a layer or the weights themselves, and the heading."""
    if isinstance(value, RecurrentCall):
        return _known(value.weights, f"{value.path}: {value.constructor}")
    if isinstance(value, GateWeights):
        return value, f"{value.cell_class}: {value.formula} weights"
    if hasattr(value, "cell") and hasattr(value, "weights"):
        return _read_layer(value)
    raise TypeError(
        f"Expected a RecurrentCall or a recurrent layer, got {type(value).__name__}. "
        'Fix: trace["lstm"]; of a Bidirectional trace["bidirectional/forward_lstm"] '
        "or layer.forward_layer."
    )


def _read_layer(layer: Any) -> tuple[GateWeights, str]:
    """Return the present weights of a layer."""
    from unrolled.keras_bridge.constructors import describe
    from unrolled.keras_bridge.weight_counts import read_gates

    heading = f"{layer.name}: {describe(layer)}"
    if (
        known_cell(layer.cell)
        and getattr(layer.cell, "recurrent_kernel", None) is None
    ):
        raise ValueError(
            f"Expected a built layer, got {printable_line(heading)}. "
            "Fix: layer.build((None, timesteps, features))."
        )
    return _known(read_gates(layer, layer.cell), heading)


def _known(weights: Any, heading: str) -> tuple[GateWeights, str]:
    """Return the weights where their gates are known. Raises ValueError where they are not."""
    if not isinstance(weights, GateWeights):
        raise ValueError(
            f"Expected an LSTM, a GRU or a SimpleRNN, got {printable_line(heading)}: "
            "its gates are not known."
        )
    return weights, heading


def _blocks(weights: GateWeights) -> list[_Block]:
    """Return the arrays that the layer has."""
    blocks = [
        _Block("kernel", "features", put_together(weights.kernel)),
        _Block(
            "recurrent kernel", "units", put_together(weights.recurrent_kernel)
        ),
    ]
    if weights.bias is not None:
        blocks.append(
            _Block("bias", "", np.atleast_2d(put_together(weights.bias)))
        )
    return [
        block._replace(array=np.asarray(block.array, dtype="float32"))
        for block in blocks
    ]


def _show(ax: Axes, array: Array, weights: GateWeights) -> None:
    """Draw an array as one image, with a line between the gates."""
    figure: Any = ax.figure
    theme = theme_of(figure)
    show_image(ax, array, color_map("diverging", theme))
    edges = [start - 0.5 for start, _ in weights.columns.values()][1:]
    ink, across = color("ink", theme), ax.get_xaxis_transform()
    ax.vlines(edges, 0, 1, transform=across, color=ink, linewidth=1.0)
    ax.set_label("weights")


def _add_scale(
    axes: Sequence[Axes], blocks: Sequence[_Block], tall: float
) -> None:
    """Give panels one colour scale, up to the largest value of them, and one colour bar."""
    values = np.concatenate([block.array.ravel() for block in blocks])
    limit = largest(values)
    for ax in axes:
        ax.images[0].set_clim(-limit, limit)
    add_bar(axes, values, -limit, limit, tall=tall)


def _name(ax: Axes, block: _Block, most: int) -> None:
    """Name the rows of an array; those of the two biases of a GRU have words."""
    rows = len(block.array)
    if block.axis:
        name_rows(ax, rows, block.axis, most=min(most, 8))
    else:
        ax.set_yticks(
            range(rows), ["input", "recurrent"] if rows == 2 else [""]
        )
        ax.tick_params(axis="y", length=0)
    ax.tick_params(labelsize="small")
    ax.tick_params(axis="x", length=0)
    set_title(ax, block.title)


def _name_gates(first: Axes, last: Axes, weights: GateWeights) -> None:
    """Write the gates' names above and the columns that they take in Keras's arrays below."""
    middles = [
        (start + stop - 1) / 2 for start, stop in weights.columns.values()
    ]
    words = cell_facts_of(weights.cell_class).words
    top = first.secondary_xaxis("top")
    top.set_xticks(
        middles, [f"{name}\n{words[name]}" for name in weights.columns]
    )
    top.tick_params(length=0, labelsize="medium")
    last.set_xticks(
        middles, [f"{start}:{stop}" for start, stop in weights.columns.values()]
    )
    units = say_count(weights.units, "units")
    label_axis(
        last,
        "x",
        "units",
        f"columns of Keras's arrays, {units} a gate",
    )
