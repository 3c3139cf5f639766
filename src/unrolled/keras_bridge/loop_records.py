"""What is kept of one loop over time, in the backend's tensors and in the order it was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from typing import Any

import keras

from unrolled.keras_bridge.tensors import ArrayOf, Tensor
from unrolled.traces.cells import Array


class TraceError(RuntimeError):
    """The gates that were heard do not give back the model's own states.

    A wrong trace is not returned.
    """


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
        if self.mask is not None:
            found.append(self.mask)
        return found


def cut(wide: Sequence[Any], column: Column, axes: int) -> Any:
    """Return one value out of the wide output, arrays or tensors.

    axes: how many come before those of one step.
    """
    whole = wide[column.tensor]
    rank = axes + len(column.shape)
    if len(whole.shape) == rank and whole.shape[-1] == column.shape[-1]:
        # it lies there alone
        return whole
    part = whole[..., column.start : column.stop]
    if len(column.shape) == 1:
        # no operation more in the graph of every loop
        return part
    shape = (*part.shape[:axes], *column.shape)
    # TensorFlow's tensors have no such method, and an array stays one by its own
    if hasattr(part, "reshape"):
        return part.reshape(shape)
    return keras.ops.reshape(part, shape)


def seen(array_of: ArrayOf, tensor: Tensor) -> Array:
    """Return the array of a tensor. Raises TraceError where it cannot be read."""
    array = array_of(tensor)
    if array is None:
        raise TraceError(
            "a value inside a loop or branch of the model's graph cannot be read"
        )
    return array
