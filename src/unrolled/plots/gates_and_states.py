"""What happens inside a recurrent layer over time, as Matplotlib figures: its gates, its states."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from unrolled.plots.panels import (
    MOST_LINES,
    hatch_masked,
    largest,
    make_figure,
    set_heading,
    share_time,
    show_heat,
    show_lines,
)
from unrolled.traces.calls import RecurrentCall
from unrolled.traces.cells import STATES, Array
from unrolled.traces.gate_weights import GATE_WORDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_PANEL, _REST = 1.25, 0.9  # inches: of one panel, and of heading and axis of time together
_CANDIDATES = {"LSTMCell": "c", "ConvLSTMCell": "c", "GRUCell": "h"}


def plot_gates(
    rec: RecurrentCall,
    sample: int = 0,
    units: Sequence[int] | None = None,
    *,
    figure: Figure | None = None,
) -> Figure:
    """Plot the gates of an LSTM or a GRU: one heat map a gate, units by timesteps, and the input below.

    Of a ConvLSTM each filter is a unit, and its gate is the mean over the map.

    Time runs from left to right in the order of the data. Gates between 0 and 1 are white to green; the candidate
    (``c`` of an LSTM, ``h`` of a GRU) is red to blue, always from -1 to 1. Masked steps are hatched.

    Parameters
    ----------
    rec : RecurrentCall
        From a trace: ``trace["lstm"]``, with gates of shape (batch, timesteps, units).
    sample : int
        Which sample of the axis batch.
    units : sequence of int, optional
        Which units, in this order; without it all of them.
    figure : matplotlib.figure.Figure, optional
        An empty figure (or subfigure) to draw into. Without it a new one is made; pyplot is not involved.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        The layer has no named gates (a SimpleRNN, a custom cell, a stack of cells), or has no such sample or unit.
    TypeError
        ``rec`` is no call of a recurrent layer.
    ImportError
        Matplotlib is not installed.

    Notes
    -----
    Keras ``src/layers/rnn/lstm.py``: ``c_t = f·c + i·candidate``, ``h_t = o·activation(c_t)``;
    ``src/layers/rnn/gru.py``: ``h_t = z·h + (1 - z)·candidate``.

    Examples
    --------
    >>> import keras, unrolled
    >>> model = keras.Sequential([keras.Input((5, 2)), keras.layers.LSTM(4, name="lstm")])
    >>> figure = unrolled.plot_gates(unrolled.trace(model)["lstm"])
    >>> [ax.images[0].get_array().shape for ax in figure.axes if ax.get_label() == "gate"]
    [(4, 5), (4, 5), (4, 5), (4, 5)]
    """
    _check_call(rec, sample)
    if not rec.gates:
        raise ValueError(
            f"Expected a layer whose gates have names (LSTM, GRU), got {rec.constructor}: "
            + (
                "a SimpleRNN has no gates."
                if rec.cell_class == "SimpleRNNCell"
                else f"those of {rec.cell_class} are not known."
            )
            + (
                " Fix: take one of its cells, rec.cells[0]."
                if rec.cells
                else " Fix: unrolled.plot_states(rec) plots its states."
            )
        )
    chosen = list(range(rec.units)) if units is None else _check_units(rec, units)
    figure = make_figure(figure, _PANEL * (len(rec.gates) + 1) + _REST)
    axes = _panels(figure, len(rec.gates) + 1)
    for ax, (name, gate) in zip(axes, rec.gates.items(), strict=False):
        kind: Any = "diverging" if name == _CANDIDATES.get(rec.cell_class) else "sequential"
        title = f"{name}  {GATE_WORDS[rec.cell_class][name]}" + ", mean over the map" * (
            gate.ndim > 3
        )
        values = gate[sample].mean(axis=tuple(range(1, gate.ndim - 2)))
        show_heat(ax, values[:, chosen].T, kind, 1.0, names=chosen, title=title)
        ax.set_label("gate")
    _show_input(axes[-1], rec, sample)
    _finish(figure, axes, rec, sample)
    return figure


def plot_states(rec: RecurrentCall, sample: int = 0, *, figure: Figure | None = None) -> Figure:
    """Plot the states of a recurrent layer, h and for an LSTM c: a heat map, units by timesteps, and lines below.

    Time runs from left to right in the order of the data. Of more than 8 units the lines show the median, the
    middle half and the range. Masked steps, over which a state is carried unchanged, are hatched.

    Parameters
    ----------
    rec : RecurrentCall
        From a trace: ``trace["lstm"]``, with states of shape (batch, timesteps, units).
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
        ``rec`` is no call of a recurrent layer.
    ImportError
        Matplotlib is not installed.

    Notes
    -----
    States of more axes, as those of Keras's ``src/layers/rnn/conv_lstm.py``, are laid out along one axis of units.

    Examples
    --------
    >>> import keras, unrolled
    >>> model = keras.Sequential([keras.Input((5, 2)), keras.layers.LSTM(4, name="lstm")])
    >>> figure = unrolled.plot_states(unrolled.trace(model)["lstm"])
    >>> [ax.images[0].get_array().shape for ax in figure.axes if ax.get_label() == "state"]
    [(4, 5), (4, 5)]
    """
    _check_call(rec, sample)
    figure = make_figure(figure, _PANEL * 2 * len(rec.states) + _REST)
    axes = _panels(figure, 2 * len(rec.states))
    names = STATES.get(rec.cell_class, ())
    for k, state in enumerate(rec.states):
        title = f"{names[k]}  state" if k < len(names) else f"state {k}"
        values = _as_rows(state[sample])
        show_heat(axes[2 * k], values, "diverging", largest(values), title=title)
        show_lines(axes[2 * k + 1], values, "unit")
        axes[2 * k].set_label("state")
    _finish(figure, axes, rec, sample)
    return figure


def _show_input(ax: Axes, rec: RecurrentCall, sample: int) -> None:
    values = _as_rows(rec.x[sample])
    if len(values) <= MOST_LINES:
        show_lines(ax, values, "feature", title="x  input")
    else:
        show_heat(ax, values, "diverging", largest(values), axis="features", title="x  input")
    ax.set_label("input")


def _finish(figure: Figure, axes: Sequence[Axes], rec: RecurrentCall, sample: int) -> None:
    """Add what all panels share: hatches, the axis of time, the heading."""
    timesteps = int(rec.states[0].shape[1])
    for ax in axes:
        hatch_masked(ax, None if rec.mask is None else rec.mask[sample])
    share_time(
        axes, timesteps, "timestep (read from the last to the first)" if rec.go_backwards else ""
    )
    notes = [f"sample {sample}"] + ["masked steps hatched"] * (
        rec.mask is not None and not rec.mask[sample].all()
    )
    set_heading(figure, f"{rec.path}: {rec.constructor}, {', '.join(notes)}")


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


def _check_call(rec: Any, sample: Any) -> None:
    if not isinstance(rec, RecurrentCall):
        hint = (
            " Fix: it was called more than once; pick one call, rec[0]."
            if isinstance(rec, list)
            else ""
        )
        hint = (
            hint or ' Fix: trace["lstm"]; of a Bidirectional trace["bidirectional/forward_lstm"].'
        )
        raise TypeError(f"Expected the RecurrentCall of a trace, got {type(rec).__name__}.{hint}")
    size = len(rec.states[0])
    if not _is_whole(sample) or not 0 <= sample < size:
        raise ValueError(
            f"Expected sample to be one of the {size} samples, 0 to {size - 1}; got {sample!r}."
        )


def _check_units(rec: RecurrentCall, units: Any) -> list[int]:
    chosen = [units] if _is_whole(units) or isinstance(units, str) else list(units)
    if (
        _is_whole(units)
        or not chosen
        or not all(_is_whole(u) and 0 <= u < rec.units for u in chosen)
    ):
        raise ValueError(
            f"Expected units to be a list of numbers from 0 to {rec.units - 1}, got {units!r}. Fix: units=[0, 2]."
        )
    return [int(u) for u in chosen]


def _is_whole(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)
