"""The provenance of a value that ``call()`` made: its sources, and the operations in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from unrolled.keras_bridge.lineage import Origin
from unrolled.keras_bridge.masks import Tensor
from unrolled.keras_bridge.reach_probes import measure_reach
from unrolled.keras_bridge.replays import Replay, UnreadableError, Value
from unrolled.traces.calls import LayerCall, Provenance
from unrolled.traces.cells import Array
from unrolled.traces.reach import LazySourceReaches, through

Makers = Mapping[int, tuple[LayerCall, int]]
Origins = Mapping[int, Origin]


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
    deeper = [
        _source_of(part, makers, origins, value) for part in origin.tensors
    ]
    operations = [
        name for part in deeper if part is not None for name in part.operations
    ]
    sources = [
        source for part in deeper if part is not None for source in part.sources
    ]
    if not sources:
        return None
    return Provenance(
        tuple(sources),
        tuple(dict.fromkeys([*operations, *origin.operations])),
        LazySourceReaches(
            len(sources), partial(_measure_sources, origin, deeper, value)
        ),
    )


def _source_of(
    part: Tensor, makers: Makers, origins: Origins, value: Value
) -> Provenance | None:
    """Return where a part of a value comes from: a call, or what an outer ``call()`` made it of."""
    if id(part) in makers:
        return Provenance((makers[id(part)],), (), (None,))
    return trace_provenance(part, makers, origins, value)


def _measure_sources(
    origin: Origin, parts: Sequence[Provenance | None], value: Value
) -> list[Array | None]:
    """Return the reach of a value from each of its sources, part by part."""
    measured = _measure_parts(origin, value)
    reaches: list[Array | None] = []
    for reach, part in zip(measured, parts, strict=True):
        if part is not None and part.operations:
            reaches += [_join(reach, earlier) for earlier in part.reach]
        elif part is not None:
            reaches.append(reach)
    return reaches


def _measure_parts(origin: Origin, value: Value) -> list[Array | None]:
    """Return the reach of a value from each tensor that it is made of."""
    unknown: list[Array | None] = [None] * len(origin.tensors)
    if origin.function is None:
        return unknown
    try:
        replay = Replay(
            origin.function, (list(origin.tensors),), {}, value, training=False
        )
    except UnreadableError:
        return unknown
    found = measure_reach(replay)
    return [found.get((0, index)) for index in range(len(origin.tensors))]


def _join(later: Array | None, earlier: Array | None) -> Array | None:
    if later is None or earlier is None:
        return None
    return through(later, earlier)
