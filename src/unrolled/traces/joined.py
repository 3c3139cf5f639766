"""Several batches of one model as one Trace. Plain NumPy, knows no Keras."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from functools import cached_property
from typing import Any

import numpy as np

from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall, Provenance, nest
from unrolled.traces.trace import Trace, TraceContents

#: each call of the first batch with the one that stands for it in all
Joined = dict[LayerCall | None, LayerCall]


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
        joined: Joined = {}
        known = [(*batch.inputs, *batch.calls) for batch in self.batches]
        for column in zip(*known, strict=True):
            joined[column[0]] = _join_calls(column, joined)
        calls = tuple(joined[call] for call in first.calls)
        nest(calls)
        made_from = [
            _join_provenance(m, joined) for m in first.outputs_made_from
        ]
        return TraceContents(
            inputs=tuple(joined[call] for call in first.inputs),
            calls=calls,
            outputs=_stack([batch.outputs for batch in self.batches]),
            output_sources=tuple(map(joined.get, first.output_sources)),
            outputs_made_from=tuple(made_from),
        )


def join(batches: Sequence[Trace]) -> Trace:
    """Return one Trace for several batches of the same model.

    A single batch is returned as it is.
    """
    if len(batches) == 1:
        return batches[0]
    return JoinedTrace(batches)


_ARRAYS = {"inputs", "outputs", "mask", "output_mask", "attention", "dropout"}
_ARRAYS |= {
    "states",
    "gates",
    "initial_state",
    "final_state",
    "cell_output",
    "outputs_per_step",
}


def _join_calls(column: Sequence[LayerCall], joined: Joined) -> LayerCall:
    """Return one call whose arrays are those of the same call in each batch.

    Along the axis batch.
    """
    first = column[0]
    made_from = [_join_provenance(m, joined) for m in first.made_from]
    changed: dict[str, Any] = {
        "mask_source": joined.get(first.mask_source),
        "sources": tuple(map(joined.get, first.sources)),
        "made_from": tuple(made_from),
        "parent": joined.get(first.parent),
    }
    for field in fields(first):
        if field.name in _ARRAYS:
            values = [getattr(call, field.name) for call in column]
            changed[field.name] = _join_values(values)
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
        arrays = _stack([tuple(value.values()) for value in values])
        return dict(zip(first, arrays, strict=True))
    return np.concatenate(values)


def _join_provenance(
    provenance: Provenance | None, joined: Joined
) -> Provenance | None:
    if provenance is None:
        return None
    sources = [(joined[call], number) for call, number in provenance.sources]
    return replace(provenance, sources=tuple(sources))


def _stack(tuples: Iterable[Sequence[Array]]) -> tuple[Array, ...]:
    return tuple(map(np.concatenate, zip(*tuples, strict=True)))
