"""A cell whose output holds its states and gates too, so that a loop over time hands all of it on.

What a cell computes is heard from the activations of its copy. Source: the cells in Keras
``src/layers/rnn``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import prod
from operator import attrgetter
from typing import Any

import keras

from unrolled.keras_bridge.copies import cells_of, put
from unrolled.keras_bridge.loop_records import Column, cut
from unrolled.keras_bridge.replays import takes_training
from unrolled.keras_bridge.tensors import Tensor
from unrolled.traces.cell_facts import CELLS, Activity
from unrolled.traces.cells import known_cell

OUTPUT = "output"


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
        self._options: dict[str, Any] = {}
        if takes_training(layer.cell):
            self._options["training"] = training
        cells = cells_of(layer)
        self._listeners = list(map(CellListener, range(len(cells)), cells))

    def call(self, inputs: Tensor, states: Any) -> tuple[Any, Any]:
        """Run one step."""
        before = states
        # the cell itself knows nothing of the output in front of its states
        if self.carries_output:
            before = list(states)[1:]
        for listener in self._listeners:
            listener.begin_step()
        output, new_states = self._cell(inputs, before, **self._options)
        if not keras.tree.is_nested(new_states):
            new_states = [new_states]
        wide = self._widen(output, keras.tree.flatten(new_states))
        if self.carries_output:
            return wide, [wide, *new_states]
        return wide, new_states

    __call__ = call

    def first_output(self, inputs: Tensor, initial: list[Any]) -> Tensor:
        """Return what a masked first step repeats where that is the last cell's first state.

        And zeros beside it.
        """
        wide, _ = self.call(inputs, initial)
        states = initial
        # each of several cells has a list of its own
        if keras.tree.is_nested(initial[0]):
            states = initial[-1]
        parts: dict[str, Tensor] = {}
        for name, column in self.columns.items():
            part = cut([wide], column, 1)
            parts[name] = keras.ops.zeros_like(part)
        dtype = self.columns[self.output_name].dtype
        parts[self.output_name] = keras.ops.cast(states[0], dtype)
        return _concatenate(list(parts.values()))

    def _widen(self, output: Tensor, states: list[Tensor]) -> Any:
        """Return the states, what was heard and the output of a step as one output."""
        parts = {f"state{k}": state for k, state in enumerate(states)}
        for listener in self._listeners:
            parts |= listener.heard
        names = {id(part): name for name, part in reversed(parts.items())}
        # an output that is one of the states, as usual, is not kept twice
        self.output_name = names.get(id(output), OUTPUT)
        parts[self.output_name] = output
        if self._is_joined:
            return self._join(parts)
        for number, (name, part) in enumerate(parts.items()):
            self.columns[name] = _column(part, number, 0)
        return tuple(parts.values())

    def _join(self, parts: dict[str, Tensor]) -> Tensor:
        """Return the parts of a step in one tensor, of the dtype of the output."""
        joins_channels = _differ_in_channels(list(parts.values()))
        start = 0
        for name, part in parts.items():
            column = _column(part, 0, start)
            if joins_channels:
                column = replace(column, shape=column.shape[-1:])
            self.columns[name] = column
            start = column.stop
        dtype = self.columns[self.output_name].dtype
        alike = [keras.ops.cast(part, dtype) for part in parts.values()]
        return _concatenate(alike)


class CellListener:
    """Hears what one copied cell computes in a step.

    heard: by name. The gates of a known cell, what any other one returns.
    """

    def __init__(self, number: int, cell: Any) -> None:
        self.heard: dict[str, Tensor] = {}
        self._number = number
        self._activities: tuple[Activity, ...] = ()
        self._pending: list[Activity] = []
        kind = known_cell(cell)
        if kind is None:
            self._hear_output(cell)
            return
        self._activities = CELLS[kind].activities
        names = map(attrgetter("attribute"), self._activities)
        for name in set(names):
            activation = getattr(cell, name)
            put(cell, name, self._heard_activation(name, activation))

    def begin_step(self) -> None:
        """Forget the step before."""
        self.heard.clear()
        self._pending = list(self._activities)

    def _heard_activation(
        self, attribute: str, activation: Callable[[Tensor], Tensor]
    ) -> Any:
        def listen(x: Tensor) -> Tensor:
            y = activation(x)
            if not self._pending:
                # an activation that is called once more than the table says is no gate
                return y
            activity = self._pending.pop(0)
            if activity.gate and activity.attribute == attribute:
                self.heard[f"{self._number}.{activity.gate}"] = y
            return y

        return listen

    def _hear_output(self, cell: Any) -> None:
        original = cell.call

        def listen(*args: Any, **kwargs: Any) -> Any:
            result = original(*args, **kwargs)
            # the output comes before the new states
            self.heard[f"{self._number}.y"] = result[0]
            return result

        put(cell, "call", listen)


def _column(part: Tensor, tensor: int, start: int) -> Column:
    """Return the column of a part of a step, (batch, ...)."""
    dtype = str(keras.backend.standardize_dtype(part.dtype))
    shape = tuple(map(int, part.shape[1:]))
    return Column(tensor, start, shape, dtype)


def _concatenate(parts: Sequence[Tensor]) -> Tensor:
    """Return the parts of a step side by side: by their channels, or flat where they differ."""
    if not _differ_in_channels(parts):
        flat: list[Tensor] = []
        for part in parts:
            batch, *axes = part.shape
            flat.append(keras.ops.reshape(part, (batch, prod(axes))))
        parts = flat
    return keras.ops.concatenate(parts, axis=-1)


def _differ_in_channels(parts: Sequence[Tensor]) -> bool:
    """Return whether all parts of a step differ in their last axis alone."""
    if len(parts[0].shape) < 2:
        # it has the axis batch alone
        return False
    others = {tuple(part.shape[:-1]) for part in parts}
    return len(others) == 1
