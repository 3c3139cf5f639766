"""Several batches of one model as one Trace. Plain NumPy, knows no Keras."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from operator import add, attrgetter
from typing import Any

import numpy as np

from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall, Provenance, nest
from unrolled.traces.trace import Trace

#: each call of the first batch with the one that stands for it in all
Joined = dict[LayerCall | None, LayerCall]


class JoinedTrace(Trace):
    """Several batches of one model as one Trace.

    Its arrays are put together when they are first asked for: a picture of many batches shows the
    arrays of the batches, and needs no copy of them.
    """

    def __init__(self, batches: Sequence[Trace]) -> None:
        # the batches are of one run, so that what holds no arrays is the same in each
        first = batches[0]
        self.model_name = first.model_name
        self.output_paths = first.output_paths
        self.output_names = first.output_names
        self.output_indices = first.output_indices
        self.stateful = first.stateful
        self.x_made_up = first.x_made_up
        self.training = first.training
        self.batches = tuple(batches)

    def __getattr__(self, name: str) -> Any:
        """Return what is put together; Python asks here for what the trace does not hold yet."""
        if name not in _PUT_TOGETHER:
            raise AttributeError(
                f"{type(self).__name__!r} object has no attribute {name!r}"
            )
        self._put_together()
        return getattr(self, name)

    def _put_together(self) -> None:
        """Give the trace its calls and outputs, with the arrays of all batches."""
        first = self.batches[0]
        joined: Joined = {}
        inputs = map(attrgetter("inputs"), self.batches)
        calls = map(attrgetter("calls"), self.batches)
        # of each batch the calls of its inputs, then those of its layers
        known = map(add, inputs, calls)
        # in call order, so that what a call reads is joined before it
        for column in zip(*known, strict=True):
            joined[column[0]] = _join_calls(column, joined)
        self.inputs = tuple(map(joined.__getitem__, first.inputs))
        self.calls = tuple(map(joined.__getitem__, first.calls))
        nest(self.calls)
        outputs = map(attrgetter("outputs"), self.batches)
        self.outputs = _stack(outputs)
        self.output_sources = tuple(map(joined.get, first.output_sources))
        self.outputs_made_from = _join_provenances(
            first.outputs_made_from, joined
        )


def join(batches: Sequence[Trace]) -> Trace:
    """Return one Trace for several batches of the same model.

    A single batch is returned as it is.
    """
    first, *others = batches
    if not others:
        return first
    return JoinedTrace(batches)


#: what a joined trace does not hold before it is asked for
_PUT_TOGETHER = {
    "inputs",
    "calls",
    "outputs",
    "output_sources",
    "outputs_made_from",
}
#: the fields of a call that hold arrays with an axis batch
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
    changed: dict[str, Any] = {
        "mask_source": joined.get(first.mask_source),
        "sources": tuple(map(joined.get, first.sources)),
        "made_from": _join_provenances(first.made_from, joined),
        "parent": joined.get(first.parent),
    }
    # a call that has no loop over time has no states and gates
    for name in _ARRAYS.intersection(vars(first)):
        values = list(map(attrgetter(name), column))
        changed[name] = _join_values(values)
    return replace(first, **changed)


def _join_values(values: Sequence[Any]) -> Any:
    """Return the values of one field in all batches, put together.

    Arrays, tuples or dicts of them, or None.
    """
    first = values[0]
    # what is missing in one batch is missing in all
    if first is None:
        return None
    if isinstance(first, tuple):
        return _stack(values)
    if isinstance(first, dict):
        # the names are the same in each batch, in one order
        rows = map(dict.values, values)
        arrays = _stack(rows)
        return dict(zip(first, arrays, strict=True))
    return np.concatenate(values)


def _join_provenances(
    provenances: Iterable[Provenance | None], joined: Joined
) -> tuple[Provenance | None, ...]:
    """Return the same provenances, whose sources are the joined calls."""
    changed: list[Provenance | None] = []
    for provenance in provenances:
        if provenance is not None:
            sources = [(joined[call], k) for call, k in provenance.sources]
            provenance = replace(provenance, sources=tuple(sources))
        changed.append(provenance)
    return tuple(changed)


def _stack(batches: Iterable[Iterable[Array]]) -> tuple[Array, ...]:
    """Return each array with those of the other batches after it, along the axis batch."""
    columns = zip(*batches, strict=True)
    return tuple(map(np.concatenate, columns))
