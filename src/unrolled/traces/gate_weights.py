"""The weights of a recurrent cell, cut into what belongs to each gate. Plain NumPy, knows no Keras.

Sources: Keras ``src/layers/rnn/lstm.py``, ``gru.py``, ``simple_rnn.py`` (``build`` makes one array
for all gates, ``call`` cuts it by columns).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import starmap
from operator import attrgetter

import numpy as np

from unrolled.axes import say_shape
from unrolled.traces.cell_facts import cell_facts_of
from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import Weights

#: what two of them have in common before their arrays are compared
_FACTS = attrgetter("cell_class", "shapes", "unit_forget_bias", "formula")


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class GateWeights(Weights):
    """The weights of an LSTM, a GRU or a SimpleRNN, gate by gate: ``rec.weights`` of their call.

    The arrays are read-only copies of the values that the run used; training the model does not
    change them. Side by side in the order of ``columns`` they are Keras's own arrays again.

    Attributes
    ----------
    cell_class : str
        ``LSTMCell``, ``GRUCell`` or ``SimpleRNNCell``. The gates are i, f, c, o or z, r, h or, for
        the SimpleRNN, the one h.
    columns : mapping of str to (int, int)
        Gate name to (start, stop) of its columns in Keras's arrays.
    kernel : mapping of str to array of shape (features, units)
        What each feature gives to each unit of the gate.
    recurrent_kernel : mapping of str to array of shape (units, units)
        Row j holds what unit j of the previous state gives.
    bias : mapping of str to array of shape (units,), or None
        None with ``use_bias=False``. For a GRU with ``reset_after=True`` it is (2, units): row 0 is
        added to the input's part, row 1 to the state's part.
    unit_forget_bias : bool
        Whether the layer starts the forget bias of an LSTM as ones.

    Examples
    --------
    >>> cut = cut_gates(Weights(10, "10"), "SimpleRNNCell", np.zeros((2, 2)), np.eye(2), np.ones(2))
    >>> cut.units, cut.features, cut.bias["h"].tolist()
    (2, 2, [1.0, 1.0])
    """

    cell_class: str
    columns: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    kernel: Mapping[str, Array] = field(default_factory=dict)
    recurrent_kernel: Mapping[str, Array] = field(default_factory=dict)
    bias: Mapping[str, Array] | None = None
    unit_forget_bias: bool = False

    @property
    def features(self) -> int:
        """The width of the input."""
        first_gate, *_ = self.kernel.values()
        features, _ = first_gate.shape
        return int(features)

    @property
    def units(self) -> int:
        """The width of h."""
        first_gate, *_ = self.kernel.values()
        _, units = first_gate.shape
        return int(units)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, GateWeights):
            return NotImplemented
        # first what is quick to compare
        if _FACTS(self) != _FACTS(other):
            return False
        same = map(np.array_equal, self._arrays(), other._arrays())
        return all(same)

    __hash__ = Weights.__hash__

    def __repr__(self) -> str:
        gates = ", ".join(self.columns)
        name = self.cell_class
        return f"<GateWeights of {name}: gates {gates}; {self.formula}>"

    def __str__(self) -> str:
        arrays = ", ".join(starmap("{} {}".format, self.shapes))
        bias = self.bias or {}
        if not bias:
            arrays += ", no bias"
        title = f"{self.cell_class}: {self.formula} weights, in {arrays}"
        lines = [title, *map(self._describe_gate, self.columns)]
        # only an LSTM has a gate of that name
        if "f" in bias:
            lines.append(self._describe_forget_bias(bias["f"]))
        return "\n".join(lines)

    def _arrays(self) -> list[Array]:
        """Return all blocks in one order."""
        bias = self.bias or {}
        return [
            *self.kernel.values(),
            *self.recurrent_kernel.values(),
            *bias.values(),
        ]

    def _describe_gate(self, name: str) -> str:
        """Return a line on the columns and arrays of one gate."""
        start, stop = self.columns[name]
        word = cell_facts_of(self.cell_class).words[name]
        units = (self.units, "units")
        kernel = say_shape([(self.features, "features"), units])
        recurrent_kernel = say_shape([units, units])
        text = (
            f"{name} ({word}), columns {start}:{stop}: "
            f"kernel {kernel}, recurrent_kernel {recurrent_kernel}"
        )
        if self.bias is None:
            return text
        if self.bias[name].ndim == 1:
            return f"{text}, bias {say_shape([units])}"
        bias = say_shape([(2, ""), units])
        return f"{text}, bias {bias}: row 0 input, row 1 recurrent"

    def _describe_forget_bias(self, bias: Array) -> str:
        """Return how the bias of the forget gate starts, and whether it still is so."""
        if not self.unit_forget_bias:
            return "The forget bias starts like the other biases (unit_forget_bias=False)."
        start = "The forget bias starts as ones (unit_forget_bias=True)"
        low, high = float(bias.min()), float(bias.max())
        if low == high == 1:
            return f"{start} and still is ones."
        return f"{start}; here it is no longer ones: {low:.3g} to {high:.3g}."


def cut_gates(
    weights: Weights,
    cell_class: str,
    kernel: Array,
    recurrent_kernel: Array,
    bias: Array | None,
    *,
    unit_forget_bias: bool = False,
) -> GateWeights:
    """Cut the arrays of a cell into its gates. The arrays are copied first.

    Parameters
    ----------
    weights : Weights
        Count, formula and shapes, which are kept as they are.
    cell_class : str
        ``LSTMCell``, ``GRUCell`` or ``SimpleRNNCell``.
    kernel : array of shape (features, gates · units)
    recurrent_kernel : array of shape (units, gates · units)
    bias : array of shape (gates · units,), for a GRU with ``reset_after`` (2, gates · units), or
    None
    unit_forget_bias : bool
        As the layer's configuration has it.

    Returns
    -------
    GateWeights

    Raises
    ------
    ValueError
        The arrays do not have as many columns as the gates of this cell need.

    Examples
    --------
    >>> kernel, recurrent, bias = np.zeros((2, 12)), np.zeros((4, 12)), np.zeros((2, 12))
    >>> cut = cut_gates(Weights(96, "96"), "GRUCell", kernel, recurrent, bias)
    >>> cut.columns
    {'z': (0, 4), 'r': (4, 8), 'h': (8, 12)}
    >>> cut.kernel["r"].shape, cut.recurrent_kernel["r"].shape, cut.bias["r"].shape
    ((2, 4), (4, 4), (2, 4))
    """
    names = tuple(cell_facts_of(cell_class).words)
    units = recurrent_kernel.shape[0]
    arrays = [kernel, recurrent_kernel]
    if bias is not None:
        arrays.append(bias)
    expected = len(names) * units
    for array in arrays:
        if array.shape[-1] != expected:
            raise ValueError(
                f"Expected {len(names)} gates of {units} columns for a {cell_class}, "
                f"got an array {array.shape}."
            )
    # Keras puts the gates side by side, in the order of the table of cells
    columns: dict[str, tuple[int, int]] = {}
    for number, name in enumerate(names):
        start = number * units
        columns[name] = (start, start + units)
    cut_bias = None
    if bias is not None:
        cut_bias = _cut(bias, names)
    return GateWeights(
        count=weights.count,
        formula=weights.formula,
        shapes=weights.shapes,
        cell_class=cell_class,
        columns=columns,
        kernel=_cut(kernel, names),
        recurrent_kernel=_cut(recurrent_kernel, names),
        bias=cut_bias,
        unit_forget_bias=unit_forget_bias,
    )


def put_together(blocks: Mapping[str, Array]) -> Array:
    """Return the blocks of the gates side by side: an array (..., gates · units), as in Keras.

    >>> put_together({"z": np.zeros((2, 4)), "r": np.ones((2, 4))}).shape
    (2, 8)
    """
    in_order = list(blocks.values())
    return np.concatenate(in_order, axis=-1)


def _cut(array: Array, names: Sequence[str]) -> dict[str, Array]:
    """Return read-only blocks of one copy, one for each gate."""
    whole = np.array(array, copy=True)
    # what is cut from it cannot be written to either
    whole.flags.writeable = False
    blocks = np.split(whole, len(names), axis=-1)
    return dict(zip(names, blocks, strict=True))
