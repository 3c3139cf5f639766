"""Several batches of one model as one Trace. Plain NumPy, knows no Keras."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from unrolled.traces.calls import (
    LayerCall,
    Provenance,
    Trace,
    TraceContents,
    nest,
)
from unrolled.traces.cells import Array


class JoinedTrace(Trace):
    """Several batches of one model as one Trace.

    Its arrays are put together when they are first asked for.
    """

    def __init__(self, batches: Sequence[Trace]) -> None:
        first = batches[0]
        self.model_name = first.model_name
        self.output_paths = first.output_paths
        self.output_names = first.output_names
        self.output_indices = first.output_indices
        self.stateful = first.stateful
        self.x_made_up = first.x_made_up
        self.training = first.training
        self.batches = tuple(batches)

    def _read(self) -> TraceContents:
        return self._joined

    @cached_property
    def _joined(self) -> TraceContents:
        first = self.batches[0]
        by_id: dict[int, LayerCall] = {}
        for column in zip(
            *((*b.inputs, *b.calls) for b in self.batches), strict=True
        ):
            by_id[id(column[0])] = _join_calls(column, by_id)
        calls = tuple(by_id[id(c)] for c in first.calls)
        nest(calls)
        return TraceContents(
            inputs=tuple(by_id[id(c)] for c in first.inputs),
            calls=calls,
            outputs=_stack([b.outputs for b in self.batches]),
            output_sources=tuple(_of(by_id, s) for s in first.output_sources),
            outputs_made_from=tuple(
                _join_provenance(m, by_id) for m in first.outputs_made_from
            ),
        )


def join(batches: Sequence[Trace]) -> Trace:
    """Return one Trace for several batches of the same model.

    A single batch is returned as it is.
    """
    return batches[0] if len(batches) == 1 else JoinedTrace(batches)


_ARRAYS = {"inputs", "outputs", "mask", "output_mask", "attention", "dropout"}
_ARRAYS |= {
    "states",
    "gates",
    "initial_state",
    "final_state",
    "cell_output",
    "outputs_per_step",
}


def _join_calls(
    column: Sequence[LayerCall], by_id: Mapping[int, LayerCall]
) -> LayerCall:
    """Return one call whose arrays are those of the same call in each batch.

    Along the axis batch.
    """
    first = column[0]
    changed: dict[str, Any] = {
        "mask_source": _of(by_id, first.mask_source),
        "sources": tuple(_of(by_id, s) for s in first.sources),
        "made_from": tuple(_join_provenance(m, by_id) for m in first.made_from),
        "parent": _of(by_id, first.parent),
    }
    for name in _ARRAYS & {f.name for f in fields(first)}:
        changed[name] = _join_values([getattr(c, name) for c in column])
    return replace(first, **changed)


def _join_values(values: Sequence[Any]) -> Any:
    """Return the values of one field in all batches, put together.

    Arrays, tuples or dicts of them, or None.
    """
    first = values[0]
    if first is None:
        return None
    if isinstance(first, tuple):
        return _stack(values)
    if isinstance(first, dict):
        return {k: np.concatenate([v[k] for v in values]) for k in first}
    return np.concatenate(values)


def _of(
    by_id: Mapping[int, LayerCall], call: LayerCall | None
) -> LayerCall | None:
    return None if call is None else by_id[id(call)]


def _join_provenance(
    provenance: Provenance | None, by_id: Mapping[int, LayerCall]
) -> Provenance | None:
    if provenance is None:
        return None
    sources = tuple(
        (by_id[id(call)], number) for call, number in provenance.sources
    )
    return replace(provenance, sources=sources)


def _stack(tuples: Iterable[Sequence[Array]]) -> tuple[Array, ...]:
    return tuple(np.concatenate(arrays) for arrays in zip(*tuples, strict=True))
