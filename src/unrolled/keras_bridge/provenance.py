"""The provenance of a value that ``call()`` made: its sources, and the operations in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from unrolled.keras_bridge.lineage import Origin, Origins
from unrolled.keras_bridge.masks import Tensor
from unrolled.keras_bridge.repeated_calls import TriedOrigin
from unrolled.keras_bridge.replays import Value
from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall, Provenance
from unrolled.traces.reach import LazySourceReaches, through

Makers = Mapping[int, tuple[LayerCall, int]]


def trace_provenance(
    tensor: Tensor, makers: Makers, origins: Origins, value: Value
) -> Provenance | None:
    """Return how a tensor was made of what layers made; None where that cannot be seen.

    makers: by the id of a tensor the call that made it and which of its outputs it is. origins: by
    the id of a tensor that no layer made, what it is made of. value: gives the array of a tensor.
    """
    origin = origins.get(id(tensor))
    if origin is None:
        return None
    parts = [_source_of(t, makers, origins, value) for t in origin.tensors]
    sources: list[tuple[LayerCall, int]] = []
    operations: list[str] = []
    for part in parts:
        if part is not None:
            sources += part.sources
            operations += part.operations
    if not sources:
        return None
    names = dict.fromkeys([*operations, *origin.operations])
    measure = partial(_measure_sources, origin, parts, value)
    reaches = LazySourceReaches(len(sources), measure)
    return Provenance(tuple(sources), tuple(names), reaches)


def _source_of(
    part: Tensor, makers: Makers, origins: Origins, value: Value
) -> Provenance | None:
    """Return where a part of a value comes from: a call, or what an outer ``call()`` made it of."""
    if id(part) in makers:
        return Provenance((makers[id(part)],), (), (None,))
    return trace_provenance(part, makers, origins, value)


def _measure_sources(
    origin: Origin | TriedOrigin,
    parts: Sequence[Provenance | None],
    value: Value,
) -> list[Array | None]:
    """Return the reach of a value from each of its sources, part by part."""
    reaches: list[Array | None] = []
    for reach, part in zip(origin.measure(value), parts, strict=True):
        if part is None:
            continue
        if not part.operations:
            reaches.append(reach)
            continue
        reaches += [_join(reach, earlier) for earlier in part.reach]
    return reaches


def _join(later: Array | None, earlier: Array | None) -> Array | None:
    if later is None or earlier is None:
        return None
    return through(later, earlier)
