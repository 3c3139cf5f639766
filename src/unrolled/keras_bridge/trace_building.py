"""From the calls that were recorded to a Trace: names, arrays, who fed whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import keras
import numpy as np

from unrolled.keras_bridge.constructors import describe
from unrolled.keras_bridge.layer_configs import read_config
from unrolled.keras_bridge.lineage import Origins
from unrolled.keras_bridge.loop_records import seen
from unrolled.keras_bridge.loop_steps import read_steps
from unrolled.keras_bridge.provenance import trace_provenance
from unrolled.keras_bridge.reach import attach_reach
from unrolled.keras_bridge.recorder import RecordedCall, Recorder
from unrolled.keras_bridge.recurrent_calls import describe_steps, read_cells
from unrolled.keras_bridge.tensors import ArrayOf, Tensor
from unrolled.keras_bridge.weight_counts import count
from unrolled.model_io.matching import name_outputs
from unrolled.model_io.nested import Path
from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall, Provenance
from unrolled.traces.recurrent_calls import BidirectionalCall, RecurrentCall
from unrolled.traces.trace import Trace


def read_trace(
    model: Any,
    recorder: Recorder,
    inputs: Mapping[str, Tensor],
    array_of: ArrayOf,
    origins: Origins,
    paths: Sequence[Path],
    *,
    x_made_up: bool,
) -> Trace:
    """Return the Trace of one batch.

    ``array_of`` gives the array of a tensor, None for one that cannot be seen.

    origins: by the id of a tensor that no layer made, what it is made of. paths: where each output
    stands in what the model returns.

    Raises TraceError where the states cannot be rebuilt from the gates.
    """
    reader = _CallReader(array_of, origins, training=recorder.training)
    for name, tensor in inputs.items():
        reader.read_input(name, tensor)
    root, *inside = recorder.calls
    for call in _shown(root, inside, array_of):
        reader.read(call)
    made = list(map(reader.maker, root.outputs))
    sources = [source for source, _ in made]
    names = [getattr(source, "layer_name", "") for source in sources]
    layers = [call.operation for call in inside]
    return Trace(
        model.name,
        reader.inputs,
        reader.calls,
        list(map(partial(seen, array_of), root.outputs)),
        sources,
        output_paths=paths,
        output_names=name_outputs(model, paths, names),
        output_indices=[index for _, index in made],
        outputs_made_from=list(map(reader.provenance, root.outputs)),
        stateful=any(getattr(n, "stateful", False) is True for n in layers),
        x_made_up=x_made_up,
        training=recorder.training,
    )


def _shown(
    root: RecordedCall, inside: Sequence[RecordedCall], array_of: ArrayOf
) -> list[RecordedCall]:
    """Return the calls of a trace.

    Without those inside a loop or branch of the graph, whose values cannot be read, and without the
    operations that only compute a mask: a mask is shown where it acts.
    """
    shown: list[RecordedCall] = []
    used = set(map(id, root.outputs))
    for call in reversed(inside):
        is_used = not used.isdisjoint(map(id, call.outputs))
        is_hidden = any(array is None for array in map(array_of, call.outputs))
        if is_hidden or not (call.is_layer or is_used):
            continue
        used.update(map(id, call.inputs))
        shown.append(call)
    return shown[::-1]


class _CallReader:
    """Reads the calls that were recorded, in call order."""

    def __init__(
        self, array_of: ArrayOf, origins: Origins, *, training: bool
    ) -> None:
        self.inputs: list[LayerCall] = []
        self.calls: list[LayerCall] = []
        self._array_of, self._origins = array_of, origins
        self._training = training
        self._read: dict[int, LayerCall] = {}
        self._counts: Counter[int] = Counter()
        # by the id of a tensor the call that made it, and which of its outputs it is
        self._makers: dict[int, tuple[LayerCall, int]] = {}

    def read_input(self, name: str, tensor: Tensor) -> None:
        """Add an input of the model."""
        shape = tuple(map(int, tensor.shape[1:]))
        made = LayerCall(
            layer_name=name,
            layer_class="InputLayer",
            path=name,
            constructor=f"Input({shape})",
            outputs=(seen(self._array_of, tensor),),
        )
        self.inputs.append(made)
        self._makers[id(tensor)] = (made, 0)

    def read(self, call: RecordedCall) -> None:
        """Add a call, and after it those of its cells where it has several."""
        made = self._make(call)
        attach_reach(
            made,
            call.operation,
            call.given,
            self._array_of,
            training=self._training,
        )
        self._read[id(call)] = made[0]
        self.calls += made
        # of a tensor that is returned twice the first place counts
        for place, tensor in reversed(list(enumerate(call.outputs))):
            self._makers[id(tensor)] = (made[0], place)

    def maker(self, tensor: Tensor) -> tuple[LayerCall | None, int]:
        """Return the call that made a tensor and which of its outputs it is.

        (None, 0) where that was not seen.
        """
        return self._makers.get(id(tensor), (None, 0))

    def provenance(self, tensor: Tensor) -> Provenance | None:
        """Return how ``call()`` made a tensor.

        None where a layer made it or that is not seen.
        """
        if id(tensor) in self._makers:
            return None
        return trace_provenance(
            tensor, self._makers, self._origins, self._array_of
        )

    def _make(self, call: RecordedCall) -> list[LayerCall]:
        fields = self._describe(call)
        dropout = self._dropout_of(call)
        if len(call.loops) == 1:
            steps = read_steps(call.operation, call.loops[0], self._array_of)
            fields |= describe_steps(steps, dropout)
            made = RecurrentCall(**fields)
            return [made, *read_cells(steps, made, dropout)]
        fields["dropout"] = dropout
        if isinstance(call.operation, keras.layers.Bidirectional):
            fields["merge_mode"] = call.operation.merge_mode
            return [BidirectionalCall(**fields)]
        return [LayerCall(**fields)]

    def _describe(self, call: RecordedCall) -> dict[str, Any]:
        """Return what a LayerCall holds, but for what dropout did."""
        layer = call.operation
        number = self._counts[id(layer)]
        self._counts[id(layer)] += 1
        parent = self._read.get(id(call.parent))
        path = layer.name
        if parent is not None:
            path = f"{parent.path}/{layer.name}"
        sources = list(map(self.maker, call.inputs))
        read = partial(seen, self._array_of)
        return {
            "layer_name": layer.name,
            "layer_class": type(layer).__name__,
            "path": path,
            "constructor": describe(
                layer, around=getattr(call.parent, "operation", None)
            ),
            "config": read_config(layer),
            "inputs": tuple(map(read, call.inputs)),
            "outputs": tuple(map(read, call.outputs)),
            "sources": tuple(source for source, _ in sources),
            "source_indices": tuple(index for _, index in sources),
            "made_from": tuple(map(self.provenance, call.inputs)),
            "argument_names": tuple(call.arguments),
            "mask": self._mask(call.mask),
            "output_mask": self._mask(call.output_mask),
            "mask_source": self.maker(call.mask)[0],
            "parent": parent,
            "number": number,
            "weights": count(layer),
            "attention": self._array_of(call.attention),
            "is_model": isinstance(layer, keras.Model),
        }

    def _mask(self, tensor: Tensor | None) -> Array | None:
        """Return a mask as booleans; None where there is none, or it cannot be seen."""
        array = self._array_of(tensor)
        if array is None:
            return None
        return array.astype(bool)

    def _dropout_of(self, call: RecordedCall) -> dict[str, Array]:
        """Return what dropout multiplied by, where it acted: else its factors are ones."""
        found: dict[str, Array] = {}
        for name, tensor in call.dropout.items():
            factors = seen(self._array_of, tensor)
            if np.any(factors != 1):
                found[name] = factors
        return found
