"""From what was heard in a loop over time to states and gates.

In the order of the data, checked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

import keras
import numpy as np

from unrolled.keras_bridge.loop_records import (
    LoopRecord,
    TraceError,
    cut,
    seen,
)
from unrolled.keras_bridge.tensors import ArrayOf
from unrolled.traces.cell_facts import cell_facts_of
from unrolled.traces.cells import Array, known_cell, rebuild_error, spread

TOLERANCE = 1e-5
#: the distance between two numbers of a dtype that NumPy does not know: bfloat16
_COARSE = 2.0**-8


@dataclass(frozen=True)
class Steps:
    """What happened in one loop over time, as arrays in the order of the data.

    parts: by name (``0.i``: gate i of cell 0) what was heard beside the states, (batch, timesteps,
    ...).
    states: per state (batch, timesteps, ...). initial, final: per state (batch, ...).
    mask: (batch, timesteps).
    outputs: what the layer returns at each step, (batch, timesteps, ...).
    """

    layer: Any
    parts: Mapping[str, Array]
    states: Sequence[Array]
    initial: Sequence[Array]
    final: Sequence[Array]
    mask: Array | None
    go_backwards: bool
    outputs: Array | None

    def gates(self, number: int, cell: Any, taken: slice) -> dict[str, Array]:
        """Return the gates of one cell, checked; NaN at masked steps.

        taken: which of the states are its own.
        """
        kind = known_cell(cell)
        if kind is None:
            return {}
        gates: dict[str, Array] = {}
        for name in cell_facts_of(kind).gates:
            gate = self.parts.get(f"{number}.{name}")
            if gate is None:
                self._reject("not all of its gates were heard")
            gates[name] = self._blanked(gate)
        self._verify(cell, kind, gates, taken)
        return gates

    def cell_output(self, number: int) -> Array | None:
        """Return what a cell of an unknown class returns at every step, kept over masked steps.

        Else None.
        """
        y = self.parts.get(f"{number}.y")
        if y is None:
            return None
        return self.carried(y, np.zeros_like(y[:, 0]))

    def carried(self, values: Array, initial: Array) -> Array:
        """Return values at every step, those of masked steps from the step that was read before."""
        return carry_over_masked(values, initial, self.mask, self.go_backwards)

    def _blanked(self, gate: Array) -> Array:
        if self.mask is None or self.mask.all():
            return gate
        nothing = np.array(np.nan, gate.dtype)
        return np.where(spread(self.mask, gate.ndim), gate, nothing)

    def _verify(
        self, cell: Any, kind: str, gates: Mapping[str, Array], taken: slice
    ) -> None:
        """Raise TraceError where the states do not follow from the gates."""

        def activation(a: Array) -> Array:
            squashed = cell.activation(keras.ops.convert_to_tensor(a))
            return np.asarray(keras.ops.convert_to_numpy(squashed))

        states = list(self.states[taken])
        initial = list(self.initial[taken])
        error = rebuild_error(
            kind,
            states,
            gates,
            initial,
            self.mask,
            activation,
            self.go_backwards,
        )
        exact = _COARSE
        if states[0].dtype.kind == "f":
            exact = float(np.finfo(states[0].dtype).eps)
        if not error <= max(TOLERANCE, 8 * exact):
            self._reject(
                f"rebuilt from them, a state is off by {error:.3g} (allowed {TOLERANCE})"
            )

    def _reject(self, reason: str) -> NoReturn:
        raise TraceError(
            f"The gates heard in {self.layer.name!r} ({type(self.layer).__name__}) do not give "
            "back its states: "
            f"{reason}. This Keras ({keras.__version__}) may compute its cells in another "
            "order; please report it "
            "with the layer's get_config()."
        )


def read_steps(layer: Any, loop: LoopRecord, array_of: ArrayOf) -> Steps:
    """Return the steps of a loop.

    ``array_of`` gives the array of a tensor, None for one that cannot be seen.
    """
    read = partial(seen, array_of)
    mask = None
    if loop.mask is not None:
        mask = read(loop.mask).astype(bool)
        mask = mask.reshape(mask.shape[:2])
    wide = list(map(read, loop.wide))
    if loop.go_backwards:
        wide = [array[:, ::-1] for array in wide]
    parts: dict[str, Array] = {}
    for name, column in loop.columns.items():
        part = cut(wide, column, 2)
        parts[name] = part.astype(column.dtype, copy=False)
    initial = list(map(read, loop.initial))
    states = [
        carry_over_masked(parts[f"state{k}"], start, mask, loop.go_backwards)
        for k, start in enumerate(initial)
    ]
    outputs = None
    if loop.output is not None:
        outputs = parts[loop.output]
    return Steps(
        layer,
        parts,
        states,
        initial,
        final=list(map(read, loop.final)),
        mask=mask,
        go_backwards=loop.go_backwards,
        outputs=outputs,
    )


def carry_over_masked(
    values: Array,
    initial: Array,
    mask: Array | None,
    go_backwards: bool = False,
) -> Array:
    """Return what holds after every step: after a masked one what the step before left.

    values: (batch, timesteps, ...). initial: what holds before the first step. mask: (batch,
    timesteps), False where a step is passed over.

    >>> values = np.array([[1.0, 2.0, 3.0]])
    >>> carry_over_masked(values, np.array([9.0]), np.array([[False, True, False]]))
    array([[9., 2., 2.]])
    >>> carry_over_masked(values, np.array([9.0]), np.array([[True, False, True]]), True)
    array([[1., 3., 3.]])
    """
    if mask is None or mask.all():
        return values
    order = slice(None)
    if go_backwards:
        order = slice(None, None, -1)
    kept = mask[:, order]
    steps = np.where(kept, np.arange(kept.shape[1]), -1)
    last = spread(np.maximum.accumulate(steps, axis=1), values.ndim)
    taken = np.take_along_axis(values[:, order], np.maximum(last, 0), axis=1)
    held = np.where(last < 0, initial[:, None], taken)
    in_order: Array = held[:, order]
    return in_order
