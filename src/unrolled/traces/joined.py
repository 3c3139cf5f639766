"""Several batches of one model as one Trace. Plain NumPy, knows no Keras."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from unrolled.traces.calls import LayerCall, Provenance, Trace
from unrolled.traces.cells import Array


class JoinedTrace(Trace):
    """Several batches of one model as one Trace; its arrays are put together when they are first asked for."""

    def __init__(self, batches: Sequence[Trace]) -> None:
        first = batches[0]
        self.model_name, self.stateful = first.model_name, first.stateful
        self.x_made_up, self.training, self.output_indices = (
            first.x_made_up,
            first.training,
            first.output_indices,
        )
        self.output_paths, self.output_names = first.output_paths, first.output_names
        self.batches = tuple(batches)

    @cached_property
    def _made(self) -> dict[int, LayerCall]:
        """By the id of a call of the first batch, the same call with the arrays of all batches."""
        made: dict[int, LayerCall] = {}
        for column in zip(*((*b.inputs, *b.calls) for b in self.batches), strict=True):
            made[id(column[0])] = _join_calls(column, made)
        return made

    @cached_property
    def inputs(self) -> tuple[LayerCall, ...]:  # type: ignore[override]
        """The inputs of the model, with the samples of all batches."""
        return tuple(self._made[id(c)] for c in self.batches[0].inputs)

    @cached_property
    def calls(self) -> tuple[LayerCall, ...]:  # type: ignore[override]
        """Every layer call, in call order, with the samples of all batches."""
        return tuple(self._made[id(c)] for c in self.batches[0].calls)

    @cached_property
    def outputs(self) -> tuple[Array, ...]:  # type: ignore[override]
        """The outputs of the model, for all samples."""
        return _stack([b.outputs for b in self.batches])

    @cached_property
    def output_sources(self) -> tuple[LayerCall | None, ...]:  # type: ignore[override]
        """The call that made each output."""
        return tuple(
            None if s is None else self._made[id(s)] for s in self.batches[0].output_sources
        )

    @cached_property
    def outputs_made_from(self) -> tuple[Provenance | None, ...]:  # type: ignore[override]
        """How each output was made that no layer made."""
        return tuple(_join_making(m, self._made) for m in self.batches[0].outputs_made_from)

    @cached_property
    def samples(self) -> int:
        """The number of samples that were run."""
        return sum(b.samples for b in self.batches)


def join(batches: Sequence[Trace]) -> Trace:
    """Return one Trace for several batches of the same model; a single batch is returned as it is."""
    return batches[0] if len(batches) == 1 else JoinedTrace(batches)


def _join_calls(column: Sequence[LayerCall], made: Mapping[int, LayerCall]) -> LayerCall:
    """Return one call whose arrays are those of the same call in each batch, along the axis batch."""
    first = column[0]
    changed: dict[str, Any] = {
        "mask_source": None if first.mask_source is None else made[id(first.mask_source)],
        "sources": tuple(None if s is None else made[id(s)] for s in first.sources),
        "made_from": tuple(_join_making(m, made) for m in first.made_from),
        "parent": None if first.parent is None else made[id(first.parent)],
    }
    for name in (f.name for f in fields(first) if f.name in _ARRAYS):
        values = [getattr(c, name) for c in column]
        if isinstance(values[0], tuple):
            changed[name] = _stack(values)
        elif isinstance(values[0], dict):
            changed[name] = {k: np.concatenate([v[k] for v in values]) for k in values[0]}
        elif values[0] is not None:
            changed[name] = np.concatenate(values)
    return replace(first, **changed)


def _join_making(making: Provenance | None, made: Mapping[int, LayerCall]) -> Provenance | None:
    return making and Provenance(
        tuple((made[id(c)], n) for c, n in making.sources), making.operations, making.reach
    )


_ARRAYS = {"inputs", "outputs", "mask", "output_mask", "attention", "dropout"}
_ARRAYS |= {"states", "gates", "initial_state", "final_state", "cell_output"}


def _stack(tuples: Iterable[Sequence[Array]]) -> tuple[Array, ...]:
    return tuple(np.concatenate(arrays) for arrays in zip(*tuples, strict=True))
