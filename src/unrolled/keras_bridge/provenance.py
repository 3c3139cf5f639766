"""The provenance of a value that ``call()`` made: its sources, and the operations in between."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from unrolled.keras_bridge.lineage import Origin, Origins
from unrolled.keras_bridge.repeated_calls import TriedOrigin
from unrolled.keras_bridge.tensors import ArrayOf, Tensor
from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall, Provenance
from unrolled.traces.reach import LazySourceReaches, through

#: by the id of a tensor the call that made it, and which of its outputs it is
Makers = Mapping[int, tuple[LayerCall, int]]


def trace_provenance(
    tensor: Tensor, makers: Makers, origins: Origins, array_of: ArrayOf
) -> Provenance | None:
    """Return how a tensor was made of what layers made; None where that cannot be seen.

    makers: by the id of a tensor the call that made it and which of its outputs it is. origins: by
    the id of a tensor that no layer made, what it is made of. array_of: gives the array of a
    tensor.
    """
    origin = origins.get(id(tensor))
    if origin is None:
        return None
    sources: list[tuple[LayerCall, int]] = []
    operations: list[str] = []
    # by the place of the tensor of which the value is made; one that cannot be seen has none
    parts: dict[int, Provenance] = {}
    for place, source in enumerate(origin.tensors):
        part = _source_of(source, makers, origins, array_of)
        if part is not None:
            parts[place] = part
            sources += part.sources
            operations += part.operations
    if not sources:
        return None
    operations += origin.operations
    each_once = dict.fromkeys(operations)
    # what is not drawn is not measured
    measure = partial(_measure_sources, origin, parts, array_of)
    reaches = LazySourceReaches(len(sources), measure)
    return Provenance(tuple(sources), tuple(each_once), reaches)


def _source_of(
    tensor: Tensor, makers: Makers, origins: Origins, array_of: ArrayOf
) -> Provenance | None:
    """Return where a part of a value comes from: a call, or what an outer ``call()`` made it of."""
    maker = makers.get(id(tensor))
    if maker is None:
        return trace_provenance(tensor, makers, origins, array_of)
    return Provenance(sources=(maker,), operations=(), reach=(None,))


def _measure_sources(
    origin: Origin | TriedOrigin,
    parts: Mapping[int, Provenance],
    array_of: ArrayOf,
) -> list[Array | None]:
    """Return the reach of a value from each of its sources, part by part."""
    measured = origin.measure(array_of)
    reaches: list[Array | None] = []
    for place, part in parts.items():
        later = measured[place]
        if not part.operations:
            # a call made this part: there is nothing in between
            reaches.append(later)
            continue
        for earlier in part.reach:
            reach = None
            if later is not None and earlier is not None:
                reach = through(later, earlier)
            reaches.append(reach)
    return reaches
