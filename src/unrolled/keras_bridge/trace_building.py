"""From what the taps heard to a Trace: names, arrays, who fed whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import keras

from unrolled.keras_bridge.constructors import describe
from unrolled.keras_bridge.layer_configs import read_config
from unrolled.keras_bridge.lineage import Origin
from unrolled.keras_bridge.loop_records import (
    describe_steps,
    read_cells,
    read_steps,
    seen,
)
from unrolled.keras_bridge.provenance import trace_provenance
from unrolled.keras_bridge.reach import attach_reach
from unrolled.keras_bridge.recorder import CallTap, Recorder
from unrolled.keras_bridge.tensors import ArrayOf, Tensor
from unrolled.keras_bridge.weight_counts import count
from unrolled.model_io.matching import name_outputs
from unrolled.model_io.nested import Path
from unrolled.traces.calls import (
    BidirectionalCall,
    LayerCall,
    Provenance,
    RecurrentCall,
    Trace,
)
from unrolled.traces.cells import Array

Makers = dict[int, tuple[LayerCall, int]]
Origins = Mapping[int, Origin]


def read_trace(
    model: Any,
    recorder: Recorder,
    inputs: Mapping[str, Tensor],
    value: ArrayOf,
    origins: Origins,
    paths: Sequence[Path],
    *,
    x_made_up: bool,
) -> Trace:
    """Return the Trace of one batch.

    ``value`` gives the array of a tensor, None for one that cannot be seen.

    origins: by the id of a tensor that no layer made, what it is made of. paths: where each output
    stands in what the model returns.

    Raises TraceError where the states cannot be rebuilt from the gates.
    """
    root, *taps = recorder.calls
    skipped = _not_shown(root, taps, value)
    entries = {id(t): _read_input(name, t, value) for name, t in inputs.items()}
    makers: Makers = {key: (call, 0) for key, call in entries.items()}
    read: dict[int, LayerCall] = {}
    counts: dict[int, int] = {}
    calls: list[LayerCall] = []
    for tap in taps:
        if id(tap) in skipped:
            continue
        number = counts[id(tap.operation)] = (
            counts.get(id(tap.operation), -1) + 1
        )
        made = _read_call(
            tap, read.get(id(tap.parent)), makers, value, origins, number
        )
        attach_reach(
            made, tap.operation, tap.given, value, training=recorder.training
        )
        read[id(tap)] = made[0]
        calls += made
        # of a tensor that is returned twice the first place counts
        makers.update(
            {
                id(t): (made[0], k)
                for k, t in reversed(list(enumerate(tap.outputs)))
            }
        )
    sources = [_maker(makers, t)[0] for t in root.outputs]
    return Trace(
        model.name,
        list(entries.values()),
        calls,
        [seen(value, t) for t in root.outputs],
        sources,
        output_paths=paths,
        output_names=name_outputs(model, paths, _names_of(sources)),
        output_indices=[_maker(makers, t)[1] for t in root.outputs],
        outputs_made_from=[
            _making(makers, origins, t, value) for t in root.outputs
        ],
        stateful=_is_stateful(taps),
        x_made_up=x_made_up,
        training=recorder.training,
    )


def _read_input(name: str, tensor: Tensor, value: ArrayOf) -> LayerCall:
    shape = tuple(int(n) for n in tensor.shape[1:])
    return LayerCall(
        layer_name=name,
        layer_class="InputLayer",
        path=name,
        constructor=f"Input({shape})",
        outputs=(seen(value, tensor),),
    )


def _is_stateful(taps: Sequence[CallTap]) -> bool:
    return any(
        getattr(tap.operation, "stateful", False) is True for tap in taps
    )


def _names_of(sources: Sequence[LayerCall | None]) -> list[str]:
    return ["" if s is None else s.layer_name for s in sources]


def _not_shown(
    root: CallTap, taps: Sequence[CallTap], value: ArrayOf
) -> set[int]:
    """Return the ids of the calls to leave out.

    These are the calls inside a loop or branch of the graph, whose values cannot be read, and the
    operations that only compute a mask: a mask is shown where it acts.
    """
    skipped: set[int] = set()
    used = {id(t) for t in root.outputs}
    for tap in reversed(taps):
        hidden = any(value(t) is None for t in tap.outputs)
        is_layer = isinstance(tap.operation, keras.layers.Layer)
        if hidden or not (is_layer or any(id(t) in used for t in tap.outputs)):
            skipped.add(id(tap))
        else:
            used.update(id(t) for t in tap.inputs)
    return skipped


def _read_call(
    tap: CallTap,
    parent: LayerCall | None,
    makers: Makers,
    value: ArrayOf,
    origins: Origins,
    number: int,
) -> list[LayerCall]:
    """Return the call that was heard, and after it those of its cells where it has several."""
    layer = tap.operation
    known: dict[str, Any] = {
        "layer_name": layer.name,
        "layer_class": type(layer).__name__,
        "path": _path_of(layer, parent),
        "constructor": describe(
            layer, around=tap.parent and tap.parent.operation
        ),
        "config": read_config(layer),
        **_read_tensors(tap, makers, value, origins),
        "argument_names": tuple(tap.arguments),
        "mask": _bools(tap.mask, value),
        "output_mask": _bools(tap.output_mask, value),
        "mask_source": _maker(makers, tap.mask)[0],
        "parent": parent,
        "number": number,
        "weights": count(layer),
        "attention": _read_optional(tap.attention, value),
        "is_model": isinstance(layer, keras.Model),
    }
    dropout = _read_dropout(tap, value)
    if len(tap.loops) == 1:
        steps = read_steps(layer, tap.loops[0], value)
        call = RecurrentCall(**(known | describe_steps(steps, dropout)))
        return [call, *read_cells(steps, call, dropout)]
    known["dropout"] = dropout
    if isinstance(layer, keras.layers.Bidirectional):
        return [BidirectionalCall(**known, merge_mode=layer.merge_mode)]
    return [LayerCall(**known)]


def _path_of(layer: Any, parent: LayerCall | None) -> str:
    return layer.name if parent is None else f"{parent.path}/{layer.name}"


def _read_tensors(
    tap: CallTap, makers: Makers, value: ArrayOf, origins: Origins
) -> dict[str, tuple[Any, ...]]:
    """Return what a call read and returned, and where what it read came from."""
    sources = [_maker(makers, t) for t in tap.inputs]
    return {
        "inputs": tuple(seen(value, t) for t in tap.inputs),
        "outputs": tuple(seen(value, t) for t in tap.outputs),
        "sources": tuple(call for call, _ in sources),
        "source_indices": tuple(index for _, index in sources),
        "made_from": tuple(
            _making(makers, origins, t, value) for t in tap.inputs
        ),
    }


def _read_optional(tensor: Tensor | None, value: ArrayOf) -> Array | None:
    return None if tensor is None else seen(value, tensor)


def _read_dropout(tap: CallTap, value: ArrayOf) -> dict[str, Array]:
    """Return what dropout multiplied by, where it acted: else its factors are ones."""
    factors = {name: seen(value, t) for name, t in tap.dropout.items()}
    return {
        name: factor for name, factor in factors.items() if (factor != 1).any()
    }


def _maker(makers: Makers, tensor: Tensor) -> tuple[LayerCall | None, int]:
    """Return the call that made a tensor and which of its outputs it is.

    (None, 0) where that was not seen.
    """
    return makers.get(id(tensor), (None, 0))


def _making(
    makers: Makers, origins: Origins, tensor: Tensor, value: ArrayOf
) -> Provenance | None:
    """Return how ``call()`` made a tensor; None where a layer made it or that is not seen."""
    if id(tensor) in makers or id(tensor) not in origins:
        return None
    return trace_provenance(tensor, makers, origins, value)


def _bools(tensor: Tensor | None, value: ArrayOf) -> Array | None:
    array = None if tensor is None else value(tensor)
    return None if array is None else array.astype(bool)
