"""The numbers of one step of one recurrent layer, read from its call. Plain NumPy, knows no Keras.

Sources: Keras ``src/layers/rnn/lstm.py``, ``gru.py``, ``simple_rnn.py`` (``call`` of the cells).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from unrolled.cell_diagrams.configs import activation_name, cell_config
from unrolled.traces.cell_facts import CellFacts
from unrolled.traces.cells import Array
from unrolled.traces.gate_weights import GateWeights
from unrolled.traces.recurrent_calls import RecurrentCall


@dataclass(frozen=True, eq=False)
class GateSum:
    """What a gate adds up before its activation, term by term, in float64.

    Attributes
    ----------
    x : ndarray of shape (features,)
        What meets the kernel: x after dropout.
    h : ndarray of shape (units,)
        What meets the recurrent kernel: h after dropout, for the candidate of a GRU with
        ``reset_after=False`` ``r·h``.
    kernel : ndarray of shape (features, units)
        The gate's columns.
    recurrent_kernel : ndarray of shape (units, units)
        The gate's columns.
    bias, recurrent_bias : ndarray of shape (units,)
        Zeros where the layer has none.
    reset : ndarray of shape (units,), or None
        What the state's part is multiplied by: r for the candidate of a GRU with
        ``reset_after=True``, else None.

    Examples
    --------
    >>> one, two = np.ones(1), np.full((1, 1), 2.0)
    >>> GateSum(one, one, two, two, one, one, reset=one / 2).total
    array([4.5])
    """

    x: Array
    h: Array
    kernel: Array
    recurrent_kernel: Array
    bias: Array
    recurrent_bias: Array
    reset: Array | None = None

    @cached_property
    def x_part(self) -> Array:
        """``x·kernel``: (units,)."""
        return np.asarray(self.x @ self.kernel)

    @cached_property
    def h_part(self) -> Array:
        """``h·recurrent_kernel``: (units,)."""
        return np.asarray(self.h @ self.recurrent_kernel)

    @cached_property
    def recurrent(self) -> Array:
        """The state's part with its bias, after the reset: (units,)."""
        part = self.h_part + self.recurrent_bias
        if self.reset is not None:
            part = self.reset * part
        return np.asarray(part)

    @cached_property
    def total(self) -> Array:
        """What the activation is applied to: (units,)."""
        return np.asarray(self.x_part + self.bias + self.recurrent)


@dataclass(frozen=True, eq=False)
class CellStep:
    """One step of one sample.

    Attributes
    ----------
    call : RecurrentCall
        The call of the layer.
    t : int
        The timestep, in the order of the data.
    sample : int
        The sample of the axis batch.
    unit : int or None
        The unit whose numbers are shown; None for all.

    Examples
    --------
    >>> import keras, unrolled
    >>> layer = keras.layers.GRU(4, name="gru")
    >>> call = unrolled.trace(keras.Sequential([keras.Input((5, 2)), layer]))["gru"]
    >>> step = CellStep(call, t=2, sample=0, unit=None)
    >>> step.earlier, step.later, {name: gate.shape for name, gate in step.gates.items()}
    (1, 3, {'z': (4,), 'r': (4,), 'h': (4,)})
    """

    call: RecurrentCall
    t: int
    sample: int
    unit: int | None

    @property
    def facts(self) -> CellFacts:
        """What is known of the cell's class."""
        return self.call.cell_facts

    @property
    def has_gates(self) -> bool:
        """Whether the cell has gates; a SimpleRNN has none."""
        return bool(self.facts.gates)

    @property
    def weights(self) -> GateWeights:
        """The weights gate by gate."""
        assert isinstance(self.call.weights, GateWeights)
        return self.call.weights

    @property
    def timesteps(self) -> int:
        """The number of timesteps."""
        return int(self.call.h.shape[1])

    @property
    def earlier(self) -> int | None:
        """The timestep that was read before, None at the first one."""
        return self._neighbor(-1)

    @property
    def later(self) -> int | None:
        """The timestep that is read next, None at the last one."""
        return self._neighbor(1)

    def _neighbor(self, direction: int) -> int | None:
        if self.call.go_backwards:
            direction = -direction
        t = self.t + direction
        return t if 0 <= t < self.timesteps else None

    @property
    def masked(self) -> bool:
        """Whether the step is passed over."""
        return self.call.mask is not None and not bool(
            self.call.mask[self.sample, self.t]
        )

    @property
    def has_bias(self) -> bool:
        """Whether the layer has a bias."""
        return self.weights.bias is not None

    @property
    def resets_after(self) -> bool:
        """Whether a GRU multiplies by r after the product with the recurrent kernel."""
        return bool(self.facts.reset) and bool(
            cell_config(self.call).get("reset_after", True)
        )

    def is_reset(self, gate: str) -> bool:
        """Return whether the state's part of a gate's sum is multiplied by the reset gate."""
        return bool(self.facts.reset) and gate == self.facts.candidate

    @cached_property
    def x(self) -> Array:
        """What the step reads: (features,)."""
        return _floats(self.call.x[self.sample, self.t])

    @cached_property
    def before(self) -> Mapping[str, Array]:
        """The states before the step, by name: (units,) each."""
        if self.earlier is None:
            arrays = [start[self.sample] for start in self.call.initial_state]
        else:
            arrays = [
                state[self.sample, self.earlier] for state in self.call.states
            ]
        return dict(zip(self.facts.states, map(_floats, arrays), strict=True))

    @cached_property
    def after(self) -> Mapping[str, Array]:
        """The states after the step, by name: (units,) each."""
        arrays = [state[self.sample, self.t] for state in self.call.states]
        return dict(zip(self.facts.states, map(_floats, arrays), strict=True))

    @cached_property
    def gates(self) -> Mapping[str, Array]:
        """The gates after their activation, in the order of Keras's columns: (units,) each.

        NaN where masked. A SimpleRNN has as its only column the new state.
        """
        if not self.has_gates:
            return {"h": self.after["h"]}
        return {
            name: _floats(gate[self.sample, self.t])
            for name, gate in self.call.gates.items()
        }

    def activation(self, gate: str) -> str:
        """Return the name of the activation that makes a gate, as the configuration has it."""
        return self._activations[gate]

    @property
    def output_activation(self) -> str:
        """The name of what an LSTM applies to c on its way to h."""
        return activation_name(cell_config(self.call), "activation")

    @cached_property
    def _activations(self) -> dict[str, str]:
        config = cell_config(self.call)
        names = [
            activation_name(config, each.attribute)
            for each in self.facts.activities
        ]
        return dict(zip(self.weights.columns, names, strict=False))

    def sum_of(self, gate: str) -> GateSum:
        """Return what a gate adds up."""
        weights = self.weights
        index = list(weights.columns).index(gate)
        h, reset = self.before["h"] * self._dropout_factor("h", index), None
        if self.is_reset(gate):
            reset = self.gates[self.facts.reset]
        if reset is not None and not self.resets_after:
            h, reset = reset * h, None
        bias, recurrent_bias = self._biases(gate)
        return GateSum(
            x=self.x * self._dropout_factor("x", index),
            h=h,
            kernel=_floats(weights.kernel[gate]),
            recurrent_kernel=_floats(weights.recurrent_kernel[gate]),
            bias=bias,
            recurrent_bias=recurrent_bias,
            reset=reset,
        )

    def _biases(self, gate: str) -> tuple[Array, Array]:
        """Return the bias of the input's part and that of the state's part."""
        zeros = np.zeros(self.weights.units)
        if self.weights.bias is None:
            return zeros, zeros
        bias = _floats(self.weights.bias[gate])
        if bias.ndim == 2:
            return bias[0], bias[1]
        return bias, zeros

    def _dropout_factor(self, name: str, index: int) -> Array | float:
        """Return what dropout multiplies x or h by on the way into one gate."""
        factor = self.call.dropout.get(name)
        if factor is None:
            return 1.0
        if factor.ndim == 3:  # each gate has its own
            return _floats(factor[self.sample, index])
        return _floats(factor[self.sample])


def _floats(array: Array) -> Array:
    return np.asarray(array, dtype="float64")
