"""The numbers of one step of one recurrent layer, read from its call. Plain NumPy, knows no Keras.

Sources: Keras ``src/layers/rnn/lstm.py``, ``gru.py``, ``simple_rnn.py`` (``call`` of the cells).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from unrolled.traces.calls import BidirectionalCall, RecurrentCall
from unrolled.traces.cells import ACTIVITIES, STATES, Array
from unrolled.traces.gate_weights import GateWeights


@dataclass(frozen=True, eq=False)
class GateSum:
    """What a gate adds up before its activation, term by term, in float64.

    x: (features,) and h: (units,), each as it meets its weights: after dropout; for the candidate of a GRU with
    ``reset_after=False`` h is ``r·h``. kernel: (features, units). recurrent_kernel: (units, units).
    bias, recurrent_bias: (units,), zeros where the layer has none. reset: (units,), what the state's part is
    multiplied by: r for the candidate of a GRU with ``reset_after=True``, else None.
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
    def total(self) -> Array:
        """What the activation is applied to: (units,)."""
        recurrent = self.h_part + self.recurrent_bias
        return np.asarray(
            self.x_part + self.bias + (recurrent if self.reset is None else self.reset * recurrent)
        )


@dataclass(frozen=True, eq=False)
class CellStep:
    """One step of one sample. unit: the one that is looked at, or None for all.

    t: int, in the order of the data. sample: int.
    """

    rec: RecurrentCall
    t: int
    sample: int
    unit: int | None

    @property
    def weights(self) -> GateWeights:
        """The weights gate by gate."""
        assert isinstance(self.rec.weights, GateWeights)
        return self.rec.weights

    @property
    def kind(self) -> str:
        """``LSTM``, ``GRU`` or ``SimpleRNN``."""
        return self.rec.cell_class.removesuffix("Cell")

    @property
    def timesteps(self) -> int:
        """The number of timesteps."""
        return int(self.rec.h.shape[1])

    @property
    def earlier(self) -> int | None:
        """The timestep that was read before, None at the first one."""
        return self._beside(-1)

    @property
    def later(self) -> int | None:
        """The timestep that is read next, None at the last one."""
        return self._beside(1)

    def _beside(self, way: int) -> int | None:
        t = self.t + (-way if self.rec.go_backwards else way)
        return t if 0 <= t < self.timesteps else None

    @property
    def masked(self) -> bool:
        """Whether the step is passed over."""
        return self.rec.mask is not None and not bool(self.rec.mask[self.sample, self.t])

    @property
    def resets_after(self) -> bool:
        """Whether a GRU multiplies by r after the product with the recurrent kernel."""
        return self.kind == "GRU" and bool(_cell_config(self.rec).get("reset_after", True))

    @property
    def has_bias(self) -> bool:
        """Whether the layer has a bias."""
        return self.weights.bias is not None

    @cached_property
    def x(self) -> Array:
        """What the step reads: (features,)."""
        return _floats(self.rec.x[self.sample, self.t])

    @cached_property
    def before(self) -> Mapping[str, Array]:
        """The states before the step, by name: (units,) each."""
        states = zip(
            STATES[self.rec.cell_class], self.rec.states, self.rec.initial_state, strict=True
        )
        return {
            name: _floats(
                start[self.sample] if self.earlier is None else state[self.sample, self.earlier]
            )
            for name, state, start in states
        }

    @cached_property
    def after(self) -> Mapping[str, Array]:
        """The states after the step, by name: (units,) each."""
        named = zip(STATES[self.rec.cell_class], self.rec.states, strict=True)
        return {name: _floats(state[self.sample, self.t]) for name, state in named}

    @cached_property
    def gates(self) -> Mapping[str, Array]:
        """The gates after their activation, in the order of Keras's columns: (units,) each; NaN where masked."""
        if self.kind == "SimpleRNN":
            return {"h": self.after["h"]}
        return {name: _floats(gate[self.sample, self.t]) for name, gate in self.rec.gates.items()}

    def activation(self, gate: str) -> str:
        """Return the name of the activation that makes a gate, as the layer's configuration has it."""
        return self._activations[gate]

    @property
    def output_activation(self) -> str:
        """The name of what an LSTM applies to c on its way to h."""
        return _activation_name(_cell_config(self.rec), "activation")

    @cached_property
    def _activations(self) -> dict[str, str]:
        config = _cell_config(self.rec)
        names = [_activation_name(config, a.attribute) for a in ACTIVITIES[self.rec.cell_class]]
        return dict(zip(self.weights.columns, names, strict=False))

    def sum_of(self, gate: str) -> GateSum:
        """Return what a gate adds up."""
        weights, number = self.weights, list(self.weights.columns).index(gate)
        h, reset = self.before["h"] * self._kept("h", number), None
        if self.kind == "GRU" and gate == "h":
            if self.resets_after:
                reset = self.gates["r"]
            else:
                h = self.gates["r"] * h
        bias = np.zeros(weights.units) if weights.bias is None else _floats(weights.bias[gate])
        rows = bias if bias.ndim == 2 else (bias, np.zeros(weights.units))
        return GateSum(
            self.x * self._kept("x", number),
            h,
            _floats(weights.kernel[gate]),
            _floats(weights.recurrent_kernel[gate]),
            rows[0],
            rows[1],
            reset,
        )

    def _kept(self, name: str, number: int) -> Array | float:
        """Return what dropout multiplies x or h by on the way into one gate."""
        factor = self.rec.dropout.get(name)
        if factor is None:
            return 1.0
        return _floats(factor[self.sample, number] if factor.ndim == 3 else factor[self.sample])

    @cached_property
    def parts(self) -> Mapping[str, Array]:
        """What the elementwise operations give on the way, by name: (units,) each.

        LSTM: kept ``f·c``, added ``i·ĉ``, squashed ``activation(c)``, NaN where ``o`` is 0 and it cannot be seen.
        GRU: kept ``z·h``, rest ``1 - z``, added ``(1 - z)·ĥ``, reset what goes into the candidate.
        """
        gates = self.gates
        if self.kind == "LSTM":
            with np.errstate(divide="ignore", invalid="ignore"):
                squashed = np.where(gates["o"] == 0, np.nan, self.after["h"] / gates["o"])
            kept, added = gates["f"] * self.before["c"], gates["i"] * gates["c"]
            return {"kept": kept, "added": added, "squashed": squashed}
        if self.kind == "GRU":
            rest, inner = 1 - gates["z"], self.sum_of("h")
            reset = (
                inner.h
                if inner.reset is None
                else inner.reset * (inner.h_part + inner.recurrent_bias)
            )
            kept, added = gates["z"] * self.before["h"], rest * gates["h"]
            return {"kept": kept, "rest": rest, "added": added, "reset": reset}
        inner = self.sum_of("h")
        return {"input": inner.x_part + inner.bias, "state": inner.h_part, "total": inner.total}


def read_step(rec: Any, t: Any, sample: Any, unit: Any) -> CellStep:
    """Return one step of a call. Raises TypeError or ValueError, as :func:`unrolled.draw_cell` tells."""
    if not isinstance(rec, RecurrentCall):
        raise TypeError(
            f"Expected the RecurrentCall of a trace, got {type(rec).__name__}. Fix: {_way_to_a_call(rec)}."
        )
    if not isinstance(rec.weights, GateWeights):
        fix = (
            "draw_cell(rec.cells[0], t) opens its first cell"
            if rec.cells
            else "plot_states or draw show its states"
        )
        raise ValueError(
            f"Expected the call of an LSTM, GRU or SimpleRNN, got {rec.constructor}; the inside of {rec.cell_class} "
            f"is not known. Fix: {fix}."
        )
    samples, timesteps, units = (int(n) for n in rec.h.shape)
    if not _is_whole(t) or not -timesteps <= t < timesteps:
        raise ValueError(
            f"Expected t to be one of the {timesteps} timesteps, 0 to {timesteps - 1}, or -1 for the last one; "
            f"got {t!r}."
        )
    if not _is_whole(sample) or not 0 <= sample < samples:
        raise ValueError(
            f"Expected sample to be one of the {samples} samples, 0 to {samples - 1}; got {sample!r}."
        )
    if unit is not None and (not _is_whole(unit) or not 0 <= unit < units):
        raise ValueError(
            f"Expected unit to be one of the {units} units, 0 to {units - 1}, or None for all; got {unit!r}."
        )
    return CellStep(rec, int(t) % timesteps, int(sample), None if unit is None else int(unit))


def _way_to_a_call(given: Any) -> str:
    if isinstance(given, list):
        return "the layer was called more than once; pick one call, rec[0]"
    if isinstance(given, BidirectionalCall):
        return "take one half, rec.forward or rec.backward"
    return 'trace["lstm"]; of a Bidirectional trace["bidirectional"].forward'


def _is_whole(value: Any) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def _floats(array: Array) -> Array:
    return np.asarray(array, dtype="float64")


def _cell_config(rec: RecurrentCall) -> Mapping[str, Any]:
    """Return the configuration of the cell: for an ``RNN(cell)`` it is inside the layer's."""
    cell = rec.config.get("cell")
    inside = cell.get("config") if isinstance(cell, Mapping) else None
    return inside if isinstance(inside, Mapping) else rec.config


def _activation_name(config: Mapping[str, Any], argument: str) -> str:
    """Return the name of an activation as Keras serialized it; the argument's name where that says nothing.

    >>> _activation_name({"activation": "relu"}, "activation")
    'relu'
    >>> _activation_name({"activation": {"class_name": "function", "config": "mine"}}, "activation")
    'mine'
    >>> _activation_name({"activation": {"class_name": "ReLU", "config": {}, "registered_name": None}}, "activation")
    'ReLU'
    """
    if argument not in config:
        return argument
    value = config[argument]
    if value is None:
        return "linear"
    if isinstance(value, Mapping):
        if "class_name" not in value:
            return "lambda"
        is_function = value["class_name"] == "function"
        value = (
            value.get("config")
            if is_function
            else value.get("registered_name") or value["class_name"]
        )
    return value if isinstance(value, str) and value else argument
