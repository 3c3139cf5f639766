"""The loop over time of a recurrent layer.

Run by Keras on a cell whose output holds the states and the gates too.

The layer is copied, its cell too; the copy's ``inner_loop`` is the one of ``keras.layers.RNN`` with
a wide cell, whose output is cut again before the layer goes on with it. What the cell computes is
heard from the activations of its copy. Sources: Keras ``src/layers/rnn/rnn.py`` (``inner_loop``),
``src/backend/*/rnn.py`` and the cells in ``src/layers/rnn``.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import keras

from unrolled.keras_bridge.copies import (
    cells_of,
    copy_recurrent,
    put,
    shallow_copy,
)
from unrolled.keras_bridge.tensors import Tensor
from unrolled.traces.cell_facts import CELLS, Activity
from unrolled.traces.cells import known_cell

OUTPUT = "output"


@dataclass(frozen=True)
class Column:
    """Where one value of a step lies in the wide output: in which of its tensors, and where there.

    shape: without the axis batch.
    """

    tensor: int
    start: int
    shape: tuple[int, ...]
    dtype: str

    @property
    def stop(self) -> int:
        """The number after its last one."""
        return self.start + prod(self.shape)


@dataclass
class LoopRecord:
    """One loop over time.

    wide: what each step made, (batch, timesteps, ...) in reading order: one tensor for each value,
    or all in one, side by side along the last axis.
    columns: by name (``state0``, ``0.i`` for gate i of cell 0, ``0.y`` for what cell 0 returns)
    where it lies there. sequences: what the loop read, (batch, timesteps, ...). initial, final: the
    states, (batch, ...). structure: how the states are nested. output: the column of what the layer
    returns, None where it puts zeros there.
    """

    wide: list[Tensor]
    columns: dict[str, Column]
    sequences: Tensor
    initial: list[Tensor]
    final: list[Tensor]
    mask: Tensor | None
    go_backwards: bool
    structure: Any
    output: str | None
    dropout: dict[str, Tensor] = field(default_factory=dict)

    def tensors(self) -> list[Tensor]:
        """Return all tensors that a trace needs of the loop."""
        found = [
            *self.wide,
            self.sequences,
            *self.initial,
            *self.final,
            *self.dropout.values(),
        ]
        return found if self.mask is None else [*found, self.mask]


def loop_can_be_heard(layer: Any) -> bool:
    """Return whether a layer runs the loop of Keras.

    A loop of its author's own is not known inside.
    """
    if not isinstance(layer, keras.layers.RNN) or not hasattr(
        keras.layers.RNN, "inner_loop"
    ):
        return False
    return bool(type(layer).inner_loop.__module__.partition(".")[0] == "keras")


def with_heard_loop(
    layer: Any, records: list[LoopRecord], *, keeps_dropout: bool
) -> Any:
    """Return a copy of a recurrent layer that does what the layer does.

    And adds a record of each loop it runs.

    keeps_dropout: whether what dropout multiplies by goes into the records.
    """
    made = copy_recurrent(layer)

    def inner_loop(
        sequences: Tensor, initial_state: Any, mask: Any, training: Any = False
    ) -> Any:
        options = {"mask": _first(mask), "training": training}
        result, record = _run_wide(made, sequences, initial_state, options)
        if keeps_dropout:
            record.dropout = _dropout_of(made, sequences)
        records.append(record)
        return result

    put(made, "inner_loop", inner_loop)
    return made


def _first(mask: Any) -> Tensor | None:
    """Return the mask of the sequence.

    A layer that is given its states may come with a mask for each tensor.
    """
    return mask[0] if isinstance(mask, (list, tuple)) else mask


def _run_wide(
    layer: Any, sequences: Tensor, initial_state: Any, options: dict[str, Any]
) -> tuple[Any, LoopRecord]:
    """Run the loop of a copied layer; return what the layer's own loop returns, and the record."""
    initial = (
        list(initial_state)
        if keras.tree.is_nested(initial_state)
        else [initial_state]
    )
    # a stateful layer passes its variables: read them now
    initial = keras.tree.map_structure(keras.ops.copy, initial)
    if isinstance(layer, keras.layers.GRU):
        initial = initial[
            :1
        ]  # the loop of GRU itself reads the first state alone
    cell = WideCell(layer, options["training"])
    wide_layer = shallow_copy(layer)
    put(wide_layer, "cell", cell)
    put(wide_layer, "return_sequences", True)
    misplaces = _misplaces_zeros(layer, options["mask"])
    if misplaces:
        put(wide_layer, "zero_output_for_mask", False)
    carries = _carries_output(layer, options["mask"])
    start = initial
    if carries:
        start = [cell.first_output(sequences[:, 0], initial), *initial]
        cell.carries_output = True
    last, outputs, final = keras.layers.RNN.inner_loop(
        wide_layer, sequences, start, **options
    )
    final = list(final)[1:] if carries else final
    record = LoopRecord(
        wide=_as_list(outputs),
        columns=cell.columns,
        sequences=sequences,
        initial=keras.tree.flatten(initial),
        final=keras.tree.flatten(final),
        mask=options["mask"],
        go_backwards=bool(layer.go_backwards),
        structure=keras.tree.map_structure(lambda _: 0, initial),
        output=None if misplaces else cell.output_name,
    )
    if misplaces:
        return keras.layers.RNN.inner_loop(
            layer, sequences, initial, **options
        ), record
    column = cell.columns[cell.output_name]
    own_last = cut(_as_list(last), column, 1)
    if not layer.return_sequences:
        return (own_last, own_last[:, None], final), record
    return (own_last, cut(record.wide, column, 2), final), record


def _carries_output(layer: Any, mask: Tensor | None) -> bool:
    """Return whether a masked step repeats the first state, not the output: Keras does so on JAX.

    The wide output is then made the first state of the loop.
    """
    repeats = (
        mask is not None and not layer.unroll and not layer.zero_output_for_mask
    )
    return repeats and keras.backend.backend() == "jax"


def _misplaces_zeros(layer: Any, mask: Tensor | None) -> bool:
    """Return whether zeros of masked steps would cover steps that are not masked.

    Keras puts them in an unrolled layer where the mask has them before it is turned round for a
    layer that reads backwards. The layer's own loop is then run beside the wide one, which goes
    without zeros.
    """
    zeroes = mask is not None and layer.unroll and layer.zero_output_for_mask
    return bool(zeroes and layer.go_backwards)


class WideCell:
    """Runs the cell of a copied layer.

    And returns beside the new states all that is known of the step as one output.

    No layer of Keras itself, so that it needs no name, no weights and no build.
    """

    def __init__(self, layer: Any, training: Any) -> None:
        self.state_size = layer.cell.state_size
        self.columns: dict[str, Column] = {}
        # JAX's loop, and one that is unrolled, take one tensor as output. Several are quicker, as
        # none is made larger
        self._is_joined = layer.unroll or keras.backend.backend() == "jax"
        self.output_name = OUTPUT
        self.carries_output = False
        self._cell = layer.cell
        self._options = (
            {"training": training} if _takes_training(layer.cell) else {}
        )
        self._ears = [
            _Ear(number, cell) for number, cell in enumerate(cells_of(layer))
        ]

    def call(self, inputs: Tensor, states: Any) -> tuple[Any, Any]:
        """Run one step."""
        before = list(states)[1:] if self.carries_output else states
        for ear in self._ears:
            ear.forget()
        output, new_states = self._cell(inputs, before, **self._options)
        if not keras.tree.is_nested(new_states):
            new_states = [new_states]
        wide = self._join(output, keras.tree.flatten(new_states))
        if self.carries_output:
            return wide, [wide, *new_states]
        return wide, new_states

    __call__ = call

    def first_output(self, inputs: Tensor, initial: list[Any]) -> Tensor:
        """Return what a masked first step repeats where that is the last cell's first state.

        And zeros beside it.
        """
        wide, _ = self.call(inputs, initial)
        states = initial[-1] if keras.tree.is_nested(initial[0]) else initial
        own = self.columns[self.output_name]
        parts = [
            keras.ops.zeros_like(cut([wide], c, 1))
            for c in self.columns.values()
        ]
        names = list(self.columns)
        parts[names.index(self.output_name)] = keras.ops.cast(
            states[0], own.dtype
        )
        return _concatenate(parts)

    def _join(self, output: Tensor, states: list[Tensor]) -> Any:
        parts = {f"state{k}": state for k, state in enumerate(states)}
        for ear in self._ears:
            parts |= ear.heard
        same = [name for name, part in parts.items() if part is output]
        if same:
            self.output_name = same[0]
        else:
            self.output_name = OUTPUT
            parts[OUTPUT] = output
        if not self._is_joined:
            for number, (name, part) in enumerate(parts.items()):
                self.columns[name] = Column(
                    number, 0, _shape(part), _dtype(part)
                )
            return tuple(parts.values())
        self._note_columns(parts)
        dtype = self.columns[self.output_name].dtype
        return _concatenate([_cast(part, dtype) for part in parts.values()])

    def _note_columns(self, parts: dict[str, Tensor]) -> None:
        channels = _is_joined_by_channels(list(parts.values()))
        start = 0
        for name, part in parts.items():
            kept = _shape(part)[-1:] if channels else _shape(part)
            self.columns[name] = Column(0, start, kept, _dtype(part))
            start = self.columns[name].stop


class _Ear:
    """Hears what one copied cell computes in a step.

    The gates of a known cell, what any other one returns.
    """

    def __init__(self, number: int, cell: Any) -> None:
        self.heard: dict[str, Tensor] = {}
        self._number = number
        self._kind = known_cell(cell)
        self._pending: list[Activity] = []
        if self._kind is None:
            self._hear_output(cell)
            return
        for attribute in {a.attribute for a in CELLS[self._kind].activities}:
            put(
                cell,
                attribute,
                self._listening(attribute, getattr(cell, attribute)),
            )

    def forget(self) -> None:
        """Begin a step."""
        self.heard.clear()
        self._pending = list(CELLS[self._kind].activities) if self._kind else []

    def _listening(
        self, attribute: str, activation: Callable[[Tensor], Tensor]
    ) -> Any:
        def listen(x: Tensor) -> Tensor:
            y = activation(x)
            activity = self._pending.pop(0) if self._pending else None
            if (
                activity is not None
                and activity.gate
                and activity.attribute == attribute
            ):
                self.heard[f"{self._number}.{activity.gate}"] = y
            return y

        return listen

    def _hear_output(self, cell: Any) -> None:
        original = cell.call

        def listen(*args: Any, **kwargs: Any) -> Any:
            result = original(*args, **kwargs)
            self.heard[f"{self._number}.y"] = result[0]
            return result

        put(cell, "call", listen)


def cut(wide: Any, column: Column, axes: int) -> Any:
    """Return one value out of the wide output, arrays or tensors.

    Axes: how many come before those of one step.
    """
    whole = wide[column.tensor]
    if whole.shape[-1:] == column.shape[-1:] and len(whole.shape) == axes + len(
        column.shape
    ):
        return whole
    part = whole[..., column.start : column.stop]
    if len(column.shape) == 1:
        return part
    shape = (*part.shape[:axes], *column.shape)
    return (
        part.reshape(shape)
        if hasattr(part, "reshape")
        else keras.ops.reshape(part, shape)
    )


def _as_list(wide: Any) -> list[Any]:
    return list(wide) if isinstance(wide, (list, tuple)) else [wide]


def _shape(part: Tensor) -> tuple[int, ...]:
    return tuple(int(n) for n in part.shape[1:])


def _dtype(part: Tensor) -> str:
    return str(keras.backend.standardize_dtype(part.dtype))


def _cast(part: Tensor, dtype: str) -> Tensor:
    return (
        part
        if keras.backend.standardize_dtype(part.dtype) == dtype
        else keras.ops.cast(part, dtype)
    )


def _concatenate(parts: Sequence[Tensor]) -> Tensor:
    if len(parts) == 1 and len(parts[0].shape) > 1:
        return parts[0]
    if not _is_joined_by_channels(parts):
        parts = [
            keras.ops.reshape(p, (p.shape[0], prod(p.shape[1:]))) for p in parts
        ]
    return keras.ops.concatenate(parts, axis=-1)


def _is_joined_by_channels(parts: Sequence[Tensor]) -> bool:
    """Return whether all parts of a step differ in their last axis alone."""
    return (
        len({tuple(p.shape[:-1]) for p in parts}) == 1
        and len(parts[0].shape) > 1
    )


def _takes_training(cell: Any) -> bool:
    """Return whether the call of a cell that is a layer has the argument training.

    As Keras asks.
    """
    if not isinstance(cell, keras.layers.Layer):
        return False
    return "training" in inspect.signature(cell.call).parameters


def _dropout_of(layer: Any, sequences: Tensor) -> dict[str, Tensor]:
    """Return what the cells multiply x and h by, by cell: ``0.x``, ``0.h``.

    Keras makes them before the loop begins, and keeps them in the cells until the layer's call
    ends. Where each gate has its own they are stacked after the axis batch.
    """
    found: dict[str, Tensor] = {}
    for number, cell in enumerate(cells_of(layer)):
        for name, rate, asked in (
            ("x", "dropout", "get_dropout_mask"),
            ("h", "recurrent_dropout", "get_recurrent_dropout_mask"),
        ):
            if getattr(cell, rate, 0) and hasattr(cell, asked):
                factor = getattr(cell, asked)(sequences[:, 0])
                several = isinstance(factor, (list, tuple))
                found[f"{number}.{name}"] = (
                    keras.ops.stack(factor, axis=1) if several else factor
                )
    return found
