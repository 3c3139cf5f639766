"""What happens inside a recurrent layer over time, as Matplotlib figures: its gates, its states."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from unrolled.plain_text import printable_line
from unrolled.plots.figures import make_figure, set_heading
from unrolled.plots.panels import (
    MOST_LINES,
    Map,
    largest,
    show_heat,
    show_lines,
)
from unrolled.plots.requests import check_call, check_sample, check_units
from unrolled.plots.time_axes import hatch_masked, share_time
from unrolled.scenes.colors import Theme
from unrolled.traces.cells import Array
from unrolled.traces.recurrent_calls import RecurrentCall

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PANEL = 1.25  # inches: height of one panel, title and ticks included
_REST = 0.9  # inches: height of heading and axis of time together


def plot_gates(
    call: RecurrentCall,
    sample: int = 0,
    units: Sequence[int] | None = None,
    *,
    theme: Theme = "light",
    figure: Figure | None = None,
) -> Figure:
    """Plot the gates of an LSTM or a GRU: one heat map a gate, units by timesteps, input below.

    Of a ConvLSTM each filter is a unit, and its gate is the mean over the map.

    Time runs from left to right in the order of the data. Gates between 0 and 1 are white to green;
    the candidate (``c`` of an LSTM, ``h`` of a GRU) is ochre to cyan, always from -1 to 1. Masked
    steps are hatched.

    Parameters
    ----------
    call : RecurrentCall
        From a trace: ``trace["lstm"]``, with gates of shape (batch, timesteps, units).
    sample : int
        Which sample of the axis batch.
    units : sequence of int, optional
        Which units, in this order; without it all of them.
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
        The layer has no named gates (a SimpleRNN, a custom cell, a stack of cells), or has no such
        sample or unit.
    TypeError
        ``call`` is not the call of a recurrent layer, or ``figure`` is not a figure.
    ImportError
        Matplotlib is not installed.

    Notes
    -----
    Keras ``src/layers/rnn/lstm.py``: ``c_t = f·c + i·candidate``, ``h_t = o·activation(c_t)``;
    ``src/layers/rnn/gru.py``: ``h_t = z·h + (1 - z)·candidate``.

    Examples
    --------
    >>> import keras, unrolled
    >>> layer = keras.layers.LSTM(4, name="lstm")
    >>> trace = unrolled.trace(keras.Sequential([keras.Input((5, 2)), layer]))
    >>> figure = unrolled.plot_gates(trace["lstm"])
    >>> [ax.images[0].get_array().shape for ax in figure.axes if ax.get_label() == "gate"]
    [(4, 5), (4, 5), (4, 5), (4, 5)]
    """
    call = check_call(call)
    sample = check_sample(sample, len(call.states[0]))
    if not call.gates:
        raise ValueError(_no_gates(call))
    chosen = check_units(units, call.units)
    redraw = partial(plot_gates, call, sample, units)
    height = _PANEL * (len(call.gates) + 1) + _REST
    figure = make_figure(figure, height, theme=theme, redraw=redraw)
    axes = _panels(figure, len(call.gates) + 1)
    for ax, name in zip(axes, call.gates, strict=False):
        _show_gate(ax, call, name, sample, chosen)
    _show_input(axes[-1], call, sample)
    _finish(figure, axes, call, sample)
    return figure


def _no_gates(call: RecurrentCall) -> str:
    """Return why there are no gates to plot, and what can be done."""
    reason = f"those of {call.cell_class} are not known"
    if call.cell_facts.layer and not call.cell_facts.gates:
        reason = f"a {call.cell_facts.layer} has no gates"
    fix = "unrolled.plot_states(call) plots its states"
    with_gates = [k for k, cell in enumerate(call.cells) if cell.gates]
    if with_gates:
        fix = f"take one of its cells, call.cells[{with_gates[0]}]"
    constructor = printable_line(call.constructor)
    return (
        f"Expected a layer whose gates have names (LSTM, GRU), got {constructor}: {reason}. "
        f"Fix: {fix}."
    )


def _show_gate(
    ax: Axes, call: RecurrentCall, name: str, sample: int, chosen: Sequence[int]
) -> None:
    gate, facts = call.gates[name], call.cell_facts
    title = f"{name}  {facts.words[name]}"
    if gate.ndim > 3:
        title += ", mean over the map"
    kind: Map = "diverging" if name == facts.candidate else "sequential"
    values = gate[sample].mean(axis=tuple(range(1, gate.ndim - 2)))
    show_heat(ax, values[:, chosen].T, kind, 1.0, names=chosen, title=title)
    ax.set_label("gate")


def plot_states(
    call: RecurrentCall,
    sample: int = 0,
    *,
    theme: Theme = "light",
    figure: Figure | None = None,
) -> Figure:
    """Plot the states of a recurrent layer, h and for an LSTM c: a heat map, and lines below.

    Time runs from left to right in the order of the data. Of more than 8 units the lines show the
    median, the middle half and the range. Masked steps, over which a state is carried unchanged,
    are hatched.

    Parameters
    ----------
    call : RecurrentCall
        From a trace: ``trace["lstm"]``, with states of shape (batch, timesteps, units).
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
        ``call`` is not the call of a recurrent layer, or ``figure`` is not a figure.
    ImportError
        Matplotlib is not installed.

    Notes
    -----
    States of more axes, as those of Keras's ``src/layers/rnn/conv_lstm.py``, are laid out along one
    axis of units.

    Examples
    --------
    >>> import keras, unrolled
    >>> layer = keras.layers.LSTM(4, name="lstm")
    >>> trace = unrolled.trace(keras.Sequential([keras.Input((5, 2)), layer]))
    >>> figure = unrolled.plot_states(trace["lstm"])
    >>> [ax.images[0].get_array().shape for ax in figure.axes if ax.get_label() == "state"]
    [(4, 5), (4, 5)]
    """
    call = check_call(call)
    sample = check_sample(sample, len(call.states[0]))
    redraw = partial(plot_states, call, sample)
    height = _PANEL * 2 * len(call.states) + _REST
    figure = make_figure(figure, height, theme=theme, redraw=redraw)
    axes = _panels(figure, 2 * len(call.states))
    names = call.cell_facts.states
    for k, state in enumerate(call.states):
        title = f"{names[k]}  state" if k < len(names) else f"state {k}"
        values = _as_rows(state[sample])
        show_heat(
            axes[2 * k], values, "diverging", largest(values), title=title
        )
        show_lines(axes[2 * k + 1], values, "unit")
        axes[2 * k].set_label("state")
    _finish(figure, axes, call, sample)
    return figure


def _show_input(ax: Axes, call: RecurrentCall, sample: int) -> None:
    values = _as_rows(call.x[sample])
    if len(values) <= MOST_LINES:
        show_lines(ax, values, "feature", title="x  input")
    else:
        show_heat(
            ax,
            values,
            "diverging",
            largest(values),
            axis="features",
            title="x  input",
        )
    ax.set_label("input")


def _finish(
    figure: Figure, axes: Sequence[Axes], call: RecurrentCall, sample: int
) -> None:
    """Add what all panels share: hatches, the axis of time, the heading."""
    mask, notes = None, [f"sample {sample}"]
    if call.mask is not None:
        mask = call.mask[sample]
    for ax in axes:
        hatch_masked(ax, mask)
    if mask is not None and not mask.all():
        notes.append("masked steps hatched")
    text = (
        "timestep (read from the last to the first)"
        if call.go_backwards
        else ""
    )
    share_time(axes, int(call.states[0].shape[1]), text)
    set_heading(figure, f"{call.path}: {call.constructor}", *notes)


def _panels(figure: Figure, count: int) -> list[Axes]:
    """Return panels one above the other that share the axis of time."""
    grid = figure.subplots(count, 1, sharex=True, squeeze=False)
    return list(grid[:, 0])


def _as_rows(values: Array) -> Array:
    """Return an array (timesteps, ...) as (everything else, timesteps), of floats.

    >>> _as_rows(np.zeros((5, 3, 2))).shape
    (6, 5)
    """
    return np.asarray(values.reshape(len(values), -1).T, dtype="float32")
