"""From what was heard in a loop over time to states and gates.

In the order of the data, checked, cell by cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import keras
import numpy as np

from unrolled.keras_bridge.constructors import describe
from unrolled.keras_bridge.copies import cells_of, copy_recurrent
from unrolled.keras_bridge.layer_configs import read_config
from unrolled.keras_bridge.loops import LoopRecord, cut
from unrolled.keras_bridge.tensors import ArrayOf, Tensor
from unrolled.keras_bridge.weight_counts import read_gates
from unrolled.traces.calls import RecurrentCall
from unrolled.traces.cell_facts import cell_facts_of
from unrolled.traces.cells import Array, known_cell, rebuild_error, spread

TOLERANCE = 1e-5


class TraceError(RuntimeError):
    """The gates that were heard do not give back the model's own states.

    A wrong trace is not returned.
    """


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

        Taken: which of the states are its own.
        """
        kind = known_cell(cell)
        if kind is None:
            return {}
        names = cell_facts_of(kind).gates
        heard = {name: self.parts.get(f"{number}.{name}") for name in names}
        gates = {
            name: self._blanked(gate)
            for name, gate in heard.items()
            if gate is not None
        }
        if len(gates) < len(names):
            self._reject("not all of its gates were heard")
        self._verify(
            cell,
            kind,
            gates,
            list(self.states[taken]),
            list(self.initial[taken]),
        )
        return gates

    def cell_output(self, number: int) -> Array | None:
        """Return what a cell of an unknown class returns at every step, kept over masked steps.

        Else None.
        """
        y = self.parts.get(f"{number}.y")
        return (
            None
            if y is None
            else _carried(
                y, np.zeros_like(y[:, 0]), self.mask, self.go_backwards
            )
        )

    def _blanked(self, gate: Array) -> Array:
        if self.mask is None or self.mask.all():
            return gate
        return np.where(
            spread(self.mask, gate.ndim), gate, np.array(np.nan, gate.dtype)
        )

    def _verify(
        self,
        cell: Any,
        kind: str,
        gates: Mapping[str, Array],
        states: list[Array],
        initial: list[Array],
    ) -> None:
        def activation(a: Array) -> Array:
            return np.asarray(
                keras.ops.convert_to_numpy(
                    cell.activation(keras.ops.convert_to_tensor(a))
                )
            )

        error = rebuild_error(
            kind,
            states,
            gates,
            initial,
            self.mask,
            activation,
            self.go_backwards,
        )
        exact = (
            np.finfo(states[0].dtype).eps
            if states[0].dtype.kind == "f"
            else 2.0**-8
        )
        if not error <= max(TOLERANCE, 8 * float(exact)):
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


def _read_mask(loop: LoopRecord, value: ArrayOf) -> Array | None:
    """Return the mask of a loop, (batch, timesteps)."""
    if loop.mask is None:
        return None
    mask = seen(value, loop.mask).astype(bool)
    return mask if mask.ndim == 2 else mask.reshape(mask.shape[:2])


def read_steps(layer: Any, loop: LoopRecord, value: ArrayOf) -> Steps:
    """Return the steps of a loop.

    ``value`` gives the array of a tensor, None for one that cannot be seen.
    """
    mask = _read_mask(loop, value)
    initial = [seen(value, t) for t in loop.initial]
    wide = [seen(value, t) for t in loop.wide]
    if loop.go_backwards:
        wide = [a[:, ::-1] for a in wide]
    parts = {
        name: _with_dtype(cut(wide, column, 2), column.dtype)
        for name, column in loop.columns.items()
    }
    states = [
        _carried(parts[f"state{k}"], start, mask, loop.go_backwards)
        for k, start in enumerate(initial)
    ]
    final = [seen(value, t) for t in loop.final]
    outputs = None if loop.output is None else parts[loop.output]
    return Steps(
        layer, parts, states, initial, final, mask, loop.go_backwards, outputs
    )


#: of a loop so many samples and steps are run by the layer itself
_COMPARED = 2


def compare_with_layer(layer: Any, loop: LoopRecord, value: ArrayOf) -> None:
    """Run the layer's own loop, a fused kernel where it has one, on the first steps that were read.

    Raises TraceError where it returns something else than was heard. A loop with dropout is not
    compared: each run of it draws anew.
    """
    if loop.dropout or loop.output is None:
        return
    column = loop.columns[loop.output]
    own = cut([seen(value, t) for t in loop.wide], column, 2)[
        :_COMPARED, :_COMPARED
    ]
    mask = (
        None
        if loop.mask is None
        else _first_read(seen(value, loop.mask), loop.go_backwards)
    )
    initial = [_tensor(seen(value, t)[:_COMPARED]) for t in loop.initial]
    last, _, _ = copy_recurrent(layer).inner_loop(
        _tensor(_first_read(seen(value, loop.sequences), loop.go_backwards)),
        keras.tree.pack_sequence_as(loop.structure, initial),
        None if mask is None else _tensor(mask),
        training=False,
    )
    real = np.asarray(keras.ops.convert_to_numpy(last)).astype("float64")
    error = float(
        np.max(np.abs(own[:, -1].astype("float64") - real), initial=0.0)
    )
    # a fused kernel sums in another order
    if error > (1e-3 if column.dtype in ("float32", "float64") else 3e-2):
        raise TraceError(
            f"The loop that was heard in {layer.name!r} ({type(layer).__name__}) does not "
            "return what the layer "
            f"itself does: off by {error:.3g} after {own.shape[1]} steps. Keras is "
            f"{keras.__version__}; please report "
            "it with the layer's get_config()."
        )


def _first_read(sequences: Array, go_backwards: bool) -> Array:
    """Return the steps of some samples that a loop reads first, in the order of the data."""
    part = slice(-_COMPARED, None) if go_backwards else slice(_COMPARED)
    return sequences[:_COMPARED, part]


def _tensor(array: Array) -> Tensor:
    return keras.ops.convert_to_tensor(array, dtype=array.dtype.name)


def _with_dtype(part: Array, dtype: str) -> Array:
    return part if part.dtype.name == dtype else part.astype(dtype)


def describe_steps(
    steps: Steps, dropout: Mapping[str, Array]
) -> dict[str, Any]:
    """Return the fields that a RecurrentCall has beyond a LayerCall's.

    Dropout: by cell, ``0.x`` and ``0.h``.
    """
    layer, cells, every = steps.layer, cells_of(steps.layer), slice(None)
    alone = cells[0] if len(cells) == 1 else layer.cell
    return {
        "weights": read_gates(layer, alone),
        "dropout": _of_cell(dropout, 0) if len(cells) == 1 else {},
        "cell_class": type(alone).__name__,
        "states": tuple(steps.states),
        "cell_output": steps.cell_output(0) if len(cells) == 1 else None,
        "outputs_per_step": steps.outputs,
        "gates": steps.gates(0, alone, every),
        "initial_state": tuple(steps.initial),
        "final_state": tuple(steps.final),
        "mask": steps.mask,
        "go_backwards": steps.go_backwards,
        "stateful": bool(layer.stateful),
        "return_sequences": bool(layer.return_sequences),
        "return_state": bool(layer.return_state),
    }


def read_cells(
    steps: Steps, call: RecurrentCall, dropout: Mapping[str, Array]
) -> list[RecurrentCall]:
    """Return a RecurrentCall for each cell of a layer that has several.

    The last one returns what the layer does.
    """
    cells = cells_of(steps.layer)
    if len(cells) < 2:
        return []
    calls: list[RecurrentCall] = []
    x, start = call.x, 0
    for number, cell in enumerate(cells):
        taken = slice(start, start + len(keras.tree.flatten(cell.state_size)))
        start, is_last = taken.stop, number == len(cells) - 1
        y = steps.cell_output(number)
        passed = steps.states[taken.start] if y is None else y
        name = getattr(cell, "name", type(cell).__name__)
        outputs = call.outputs[:1] if is_last else (passed,)
        calls.append(
            RecurrentCall(
                layer_name=name,
                layer_class=type(cell).__name__,
                path=f"{call.path}/{name}",
                constructor=describe(cell),
                config=read_config(cell),
                inputs=(x,),
                outputs=outputs,
                sources=tuple(calls[-1:]) or call.sources[:1],
                source_indices=(0,) if calls else call.source_indices[:1],
                argument_names=("",),
                mask=steps.mask,
                output_mask=call.output_mask if is_last else None,
                parent=call,
                number=call.number,
                weights=read_gates(cell, cell),
                dropout=_of_cell(dropout, number),
                cell_class=type(cell).__name__,
                states=tuple(steps.states[taken]),
                cell_output=y,
                outputs_per_step=steps.outputs if is_last else None,
                gates=steps.gates(number, cell, taken),
                initial_state=tuple(steps.initial[taken]),
                final_state=tuple(steps.final[taken]),
                go_backwards=steps.go_backwards,
                stateful=call.stateful,
                return_sequences=call.return_sequences if is_last else True,
                return_state=call.return_state,
            )
        )
        x = outputs[0]
    return calls


def seen(value: ArrayOf, tensor: Tensor) -> Array:
    """Return the array of a tensor. Raises TraceError where it cannot be read."""
    array = value(tensor)
    if array is None:
        raise TraceError(
            "a value inside a loop or branch of the model's graph cannot be read"
        )
    return array


def _of_cell(dropout: Mapping[str, Array], number: int) -> dict[str, Array]:
    return {
        name.removeprefix(f"{number}."): a
        for name, a in dropout.items()
        if name.startswith(f"{number}.")
    }


def _carried(
    state: Array, initial: Array, mask: Array | None, go_backwards: bool
) -> Array:
    """Return the state after every step.

    Carried over the masked ones from the step before (or the start).
    """
    if mask is None or mask.all():
        return state
    order = slice(None, None, -1 if go_backwards else 1)
    kept = mask[:, order]
    last = np.maximum.accumulate(
        np.where(kept, np.arange(kept.shape[1]), -1), axis=1
    )
    last = spread(last, state.ndim)
    taken = np.take_along_axis(state[:, order], np.maximum(last, 0), axis=1)
    carried: Array = np.where(last < 0, initial[:, None], taken)[:, order]
    return carried
