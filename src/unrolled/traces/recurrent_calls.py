"""The calls of recurrent layers: every step of a loop, and the two halves of a Bidirectional.

Plain NumPy, knows no Keras.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from unrolled.traces.cell_facts import CellFacts, cell_facts_of
from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class RecurrentCall(LayerCall):
    """One call of a recurrent layer, with what happened at every step.

    The index t is the order of the data, also for a layer that reads it backwards: ``h[:, t]`` is
    the state after the step that read ``x[:, t]``. What a :class:`LayerCall` has is here too.

    Attributes
    ----------
    cell_class : str
        The class of its cell: ``LSTMCell``.
    states : tuple of array (batch, timesteps, units)
        Each state after every step; a masked step keeps the one before.
    gates : mapping of str to array (batch, timesteps, units)
        By gate its values, after the gate's activation; NaN at masked steps, whose result Keras
        throws away. Empty where the cell is not one whose gates are known, and for several cells in
        one layer.
    initial_state, final_state : tuple of array (batch, units)
        In Keras's order.
    go_backwards, stateful, return_sequences, return_state : bool
        As the layer was made.
    cell_output : array (batch, timesteps, ...), or None
        Of a cell whose inside is not known what it returns at every step, which need not be its
        first state; None for Keras's own cells, which return h.
    outputs_per_step : array (batch, timesteps, ...), or None
        What the layer returns at every step, whether it returns the sequence or its end: at a
        masked step that is the output before, or zeros (``zero_output_for_mask``), not h. None
        where that cannot be seen.

    Examples
    --------
    >>> import numpy as np
    >>> states = (np.zeros((2, 5, 3)), np.ones((2, 5, 3)))
    >>> call = RecurrentCall(
    ...     layer_name="lstm", layer_class="LSTM", path="lstm", constructor="LSTM(3)",
    ...     cell_class="LSTMCell", states=states,
    ... )
    >>> call.units, call.c is states[1], call.cell_facts.gates
    (3, True, ('i', 'f', 'c', 'o'))
    """

    cell_class: str
    states: tuple[Array, ...]
    gates: Mapping[str, Array] = field(default_factory=dict)
    initial_state: tuple[Array, ...] = ()
    final_state: tuple[Array, ...] = ()
    go_backwards: bool = False
    stateful: bool = False
    return_sequences: bool = False
    return_state: bool = False
    cell_output: Array | None = None
    outputs_per_step: Array | None = None

    @property
    def cell_facts(self) -> CellFacts:
        """What is known of the cell's class: its gates and states by name.

        Empty for a cell that is not Keras's.
        """
        return cell_facts_of(self.cell_class)

    @property
    def cells(self) -> tuple[RecurrentCall, ...]:
        """Of an ``RNN([cell, cell])`` a RecurrentCall for each cell, with its own states and gates.

        Else empty.
        """
        return _recurrent_calls_in(self)

    @property
    def x(self) -> Array:
        """The sequence that was read: (batch, timesteps, features)."""
        # after it come initial states and constants
        sequence, *_ = self.inputs
        return sequence

    @property
    def h(self) -> Array:
        """The state h after every step: (batch, timesteps, units)."""
        # in Keras's order, in which h comes before c
        h, *_ = self.states
        return h

    @property
    def c(self) -> Array | None:
        """The state c of an LSTM or ConvLSTM after every step: (batch, timesteps, units).

        None for other cells.
        """
        names = self.cell_facts.states
        # a cell that is not known has states without names
        by_name = dict(zip(names, self.states, strict=False))
        return by_name.get("c")

    @property
    def units(self) -> int:
        """The width of h."""
        # of a ConvLSTM its filters, which stand last too
        *_, units = self.h.shape
        return int(units)


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class BidirectionalCall(LayerCall):
    """One call of a Bidirectional layer: its two halves, and how their outputs are put together.

    What a :class:`LayerCall` has is here too.

    Attributes
    ----------
    merge_mode : str or None
        ``concat``, ``sum``, ``mul``, ``ave``, or None where both outputs are returned.

    Examples
    --------
    >>> BidirectionalCall(
    ...     layer_name="both", layer_class="Bidirectional", path="both",
    ...     constructor="Bidirectional(LSTM(2))", merge_mode="sum",
    ... ).merge_mode
    'sum'
    """

    merge_mode: str | None = "concat"

    @property
    def forward(self) -> RecurrentCall:
        """The half that reads the steps as they come."""
        # Keras calls this half first
        forward, _ = _recurrent_calls_in(self)
        return forward

    @property
    def backward(self) -> RecurrentCall:
        """The half that reads them from the last to the first.

        Its ``h[:, t]`` comes after reading ``x[:, t]``.
        """
        # Keras calls this half after the other one
        _, backward = _recurrent_calls_in(self)
        return backward


def _recurrent_calls_in(call: LayerCall) -> tuple[RecurrentCall, ...]:
    """Return the calls inside a call that have a loop over time."""
    # in the order in which they were made
    inside = call.inside
    loops = [inner for inner in inside if isinstance(inner, RecurrentCall)]
    return tuple(loops)
