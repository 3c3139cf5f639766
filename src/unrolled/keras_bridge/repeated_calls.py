"""``call()`` of a reader's own, made again on other tensors: what moves what it hands on.

Not all that Python does can be followed: a function of TensorFlow or NumPy leaves no record. So
``call()`` is run again, with every layer inside it returning what it is given here. Where one of
these tensors is moved and a value moves that no layer made, the value is made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from weakref import ref

import keras

from unrolled.keras_bridge.copies import open_functions
from unrolled.keras_bridge.hooks import hearing
from unrolled.keras_bridge.kept_attributes import attributes_kept, layers_in
from unrolled.keras_bridge.reach_probes import find_moved, measure_reach
from unrolled.keras_bridge.recorder import RecordedCall
from unrolled.keras_bridge.replays import (
    Place,
    Replay,
    ReplayError,
    UnreadableError,
    Value,
)
from unrolled.keras_bridge.symbolic_calls import accepted_arguments
from unrolled.keras_bridge.tensors import Tensor, tensors_in, tensors_of
from unrolled.traces.cells import Array
from unrolled.traces.reach import LazyReach, Pair, count_timesteps

#: stands for operations whose names cannot be known
UNNAMED = ("operations outside Keras",)


@dataclass(frozen=True)
class TriedOrigin:
    """What one tensor is made of, found by moving what it may be made of.

    tensors: those that move it. number: of the tensor among those that the call hands on. places:
    of the tensors among those that were moved.
    """

    tensors: tuple[Tensor, ...]
    number: int
    places: tuple[int, ...]
    reaches: LazyReach
    operations: tuple[str, ...] = UNNAMED

    def measure(self, value: Value) -> list[Array | None]:
        """Return the reach of the tensor from each of those that it is made of."""
        pairs = [(self.number, place) for place in self.places]
        return [self.reaches.get(pair) for pair in pairs]


class RepeatedCall:
    """One call as a function of the tensors that it got and that layers inside it returned.

    It returns those that no call made, and that a call inside reads or the whole one returns. The
    operation is not kept alive. sources: the tensors of the run that the function takes. wanted:
    those of the run in the place of what it returns.
    """

    def __init__(
        self, tap: RecordedCall, inside: Sequence[RecordedCall]
    ) -> None:
        sources = [*tap.inputs]
        handed_on: list[Tensor] = []
        for child in inside:
            handed_on += child.inputs
            if child.is_layer:
                sources += child.outputs
        handed_on += tap.outputs
        self._count = len(handed_on)
        self.sources = _each_once(sources)
        places = {id(t): Place(k) for k, t in enumerate(self.sources)}

        def stand_in(leaf: Any) -> Any:
            return places.get(id(leaf), leaf)

        self.wanted = [t for t in _each_once(handed_on) if stand_in(t) is t]
        numbers = {id(t): k for k, t in enumerate(handed_on)}
        self._numbers = [numbers[id(t)] for t in self.wanted]
        self._operation = ref(tap.operation)
        self._layers = [child.operation for child in inside]
        returned = [child.returned for child in inside]
        self._given = keras.tree.map_structure(stand_in, tap.given)
        self._returned = keras.tree.map_structure(stand_in, returned)

    def __call__(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        """Make the call again on these tensors in the place of the sources.

        Raises ReplayError where it goes another way than in the run.
        """
        operation = self._operation()
        if operation is None:
            raise ReplayError

        def fill(leaf: Any) -> Any:
            return tensors[leaf.number] if isinstance(leaf, Place) else leaf

        args, kwargs = keras.tree.map_structure(fill, self._given)
        kwargs = accepted_arguments(operation, kwargs)
        returned = keras.tree.map_structure(fill, self._returned)
        listener = _StandIns(self._layers, returned)
        with hearing(listener), attributes_kept(layers_in(operation)):
            outputs = open_functions(operation).call(*args, **kwargs)
        handed_on = [*listener.read, *tensors_in(outputs)]
        if len(handed_on) != self._count:
            raise ReplayError
        return [handed_on[k] for k in self._numbers]


class _StandIns:
    """Gives each layer that is called the values that it is to return; notes what it reads."""

    def __init__(self, operations: Sequence[Any], returned: list[Any]) -> None:
        self._expected = list(zip(operations, returned, strict=True))
        self._is_muted = False
        self.read: list[Tensor] = []

    def listens(self) -> bool:
        """Return whether calls made now are those of the call that is repeated."""
        return not self._is_muted

    def call(
        self,
        original: Callable[..., Any],
        operation: Any,
        args: Any,
        kwargs: dict[str, Any],
    ) -> Any:
        """Return what a layer is to return; run an operation that is none."""
        if not self._expected:
            raise ReplayError
        expected, returned = self._expected.pop(0)
        read, _ = tensors_of(args, kwargs)
        self.read += read
        if isinstance(operation, keras.layers.Layer):
            if operation is expected:
                return returned
            raise ReplayError
        self._is_muted = True
        try:
            return original(operation, *args, **kwargs)
        finally:
            self._is_muted = False


def find_tried_origins(
    call: RepeatedCall, value: Value
) -> dict[int, TriedOrigin]:
    """Return the origin of each tensor that a call hands on and no call made, by its id.

    value: gives the array of a tensor of the run. Nothing is found where the call cannot be made
    again, or mixes samples.
    """
    arrays = [value(tensor) for tensor in call.wanted]
    # two vectors of equally many units are no two sequences
    sequences = [a for a in arrays if a is not None and a.ndim > 2]
    try:
        replay = Replay(call, (call.sources,), {}, value, training=False)
    except UnreadableError:
        return {}
    moved = find_moved(replay)
    places: dict[int, list[int]] = {}
    for number, place in moved:
        places.setdefault(number, []).append(place)
    reaches = LazyReach(partial(_measure, replay, moved, sequences))
    origins: dict[int, TriedOrigin] = {}
    for number, chosen in places.items():
        sources = tuple(call.sources[place] for place in chosen)
        origin = TriedOrigin(sources, number, tuple(chosen), reaches)
        origins[id(call.wanted[number])] = origin
    return origins


def _measure(
    replay: Replay, moved: Mapping[Pair, Array], sequences: Sequence[Array]
) -> dict[Pair, Array]:
    """Return the reach of each pair; of a source of one step it is what moved with the whole."""
    places = sorted({place for _, place in moved})
    replay.inputs = [
        p for p in places if count_timesteps(replay.arrays[p], sequences) > 1
    ]
    found = {p: m for p, m in moved.items() if p[1] not in replay.inputs}
    for (number, index), reach in measure_reach(replay).items():
        found[number, replay.inputs[index]] = reach
    return found


def _each_once(tensors: Sequence[Tensor]) -> list[Tensor]:
    return list({id(t): t for t in tensors}.values())
