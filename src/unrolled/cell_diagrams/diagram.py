"""The inside of a cell at one step: draw it, show it, save it."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from unrolled.cell_diagrams.layout import lay_out_step
from unrolled.cell_diagrams.requests import read_step
from unrolled.cell_diagrams.steps import CellStep
from unrolled.cell_diagrams.words import describe_step, title
from unrolled.plain_text import printable, printable_line
from unrolled.scenes.pictures import Picture
from unrolled.scenes.scene import Scene
from unrolled.traces.recurrent_calls import RecurrentCall


class CellDiagram(Picture):
    """A picture of one step of a cell: shows itself in a notebook, prints as words, saves.

    Made by :func:`unrolled.draw_cell`.

    Attributes
    ----------
    scene : Scene
        The picture as plain data, in pixels.

    Examples
    --------
    >>> import keras, unrolled
    >>> layer = keras.layers.GRU(4, name="gru")
    >>> call = unrolled.trace(keras.Sequential([keras.Input((5, 2)), layer]))["gru"]
    >>> diagram = unrolled.draw_cell(call, t=2)
    >>> diagram.scene.title
    "One step of GRU(4), layer 'gru': t = 2, sample 0, all 4 units"
    >>> diagram.svg()[:4]
    '<svg'
    """

    def __init__(self, step: CellStep, *, numbers: bool) -> None:
        self._step, self._numbers = step, numbers

    @cached_property
    def scene(self) -> Scene:
        """The picture as plain data, in pixels."""
        with np.errstate(invalid="ignore", over="ignore"):
            scene = lay_out_step(self._step, numbers=self._numbers)
        scene.title, scene.description = (
            printable(title(self._step)),
            self.words(),
        )
        return scene

    def words(self) -> str:
        """Return the same story in words: one line for each gate and state, with its numbers."""
        with np.errstate(invalid="ignore", over="ignore"):
            return printable(describe_step(self._step))

    def __repr__(self) -> str:
        step, scene = self._step, self.scene
        where = f"{printable_line(step.call.path)}: t = {step.t}, sample {step.sample}"
        return f"<CellDiagram of {where}: {scene.width:.0f} x {scene.height:.0f} pixels>"


def draw_cell(
    call: RecurrentCall,
    t: int,
    *,
    sample: int = 0,
    unit: int | None = None,
    values: bool = True,
) -> CellDiagram:
    """Draw one step of an LSTM, a GRU or a SimpleRNN from the inside, with its real numbers.

    The state that comes in stands at the left, x below, the state that goes on at the right; in
    between stand the gates and the elementwise operations. The activations are those of the layer's
    configuration. For one unit every sum is written out under the picture.

    Parameters
    ----------
    call : RecurrentCall
        From a trace: ``trace["lstm"]``, a half of a Bidirectional, a cell of an
        ``RNN([cell, cell])``. Its states have the shape (batch, timesteps, units).
    t : int
        Which timestep, in the order of the data; -1 is the last one. For a layer that reads
        backwards the state before is that of ``t + 1``.
    sample : int
        Which sample of the axis batch.
    unit : int, optional
        Draw the numbers of one unit; without it those of all units.
    values : bool
        Whether numbers are printed.

    Returns
    -------
    CellDiagram

    Raises
    ------
    TypeError
        ``call`` is not the call of a recurrent layer.
    ValueError
        The layer has a cell of its own class, or several, or there is no such timestep, sample or
        unit.

    Notes
    -----
    Keras ``src/layers/rnn/lstm.py``: ``c_t = f·c + i·candidate``, ``h_t = o·activation(c_t)``;
    ``src/layers/rnn/gru.py``: ``h_t = z·h + (1 - z)·candidate``;
    ``src/layers/rnn/simple_rnn.py``. The products are computed in float64 from the weights of the
    run; gates and states are the traced ones. What an LSTM makes of c is the traced ``h / o``, and
    empty where ``o`` is 0.

    Examples
    --------
    >>> import keras, unrolled
    >>> layer = keras.layers.LSTM(4, activation="relu", name="lstm")
    >>> model = keras.Sequential([keras.Input((5, 2)), layer])
    >>> diagram = unrolled.draw_cell(unrolled.trace(model)["lstm"], t=2)
    >>> print(diagram.words().splitlines()[0])
    One step of LSTM(4, activation='relu'), layer 'lstm': t = 2, sample 0, all 4 units.
    """
    return CellDiagram(read_step(call, t, sample, unit), numbers=values)
