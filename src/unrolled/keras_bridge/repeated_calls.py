"""``call()`` of a reader's own, made again on other tensors: what moves what it hands on.

Not all that Python does can be followed: a function of TensorFlow or NumPy leaves no record. So
``call()`` is run again, with every layer inside it returning what it is given here. Where one of
these tensors is moved and a value moves that no layer made, the value is made of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
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
    fill_places,
    put_places,
)
from unrolled.keras_bridge.symbolic_calls import accepted_arguments
from unrolled.keras_bridge.tensors import (
    ArrayOf,
    Tensor,
    tensors_in,
    tensors_of,
)
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

    def measure(self, array_of: ArrayOf) -> list[Array | None]:
        """Return the reach of the tensor from each of those that it is made of."""
        pairs = product([self.number], self.places)
        return list(map(self.reaches.get, pairs))


class RepeatedCall:
    """One call as a function of the tensors that it got and that layers inside it returned.

    It returns those that no call made, and that a call inside reads or the whole one returns. The
    operation is not kept alive. sources: the tensors of the run that the function takes. wanted:
    those of the run in the place of what it returns.
    """

    def __init__(
        self, call: RecordedCall, inside: Sequence[RecordedCall]
    ) -> None:
        self._operation = ref(call.operation)
        self._layers: list[Any] = []
        returned: list[Any] = []
        sources = [*call.inputs]
        handed_on: list[Tensor] = []
        for child in inside:
            self._layers.append(child.operation)
            returned.append(child.returned)
            handed_on += child.inputs
            # an operation that is no layer runs again
            if child.is_layer:
                sources += child.outputs
        handed_on += call.outputs
        self._count = len(handed_on)
        self.sources: list[Tensor] = []
        places: dict[int, Place] = {}
        for tensor in sources:
            if id(tensor) not in places:
                places[id(tensor)] = Place(len(self.sources))
                self.sources.append(tensor)
        self._given = put_places(call.given, places)
        self._returned = put_places(returned, places)
        # of a tensor that is handed on several times the last time counts
        keys = map(id, handed_on)
        numbers = dict(zip(keys, range(len(handed_on)), strict=True))
        wanted: dict[int, Tensor] = {}
        for tensor in handed_on:
            if id(tensor) not in places:
                wanted[numbers[id(tensor)]] = tensor
        self.wanted = list(wanted.values())
        self._numbers = list(wanted)

    def __call__(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        """Make the call again on these tensors in the place of the sources.

        Raises ReplayError where it goes another way than in the run.
        """
        operation = self._operation()
        if operation is None:
            # the model is gone
            raise ReplayError
        args, kwargs = fill_places(self._given, tensors)
        kwargs = accepted_arguments(operation, kwargs)
        returned = fill_places(self._returned, tensors)
        listener = _StandIns(self._layers, returned)
        with hearing(listener), attributes_kept(layers_in(operation)):
            outputs = open_functions(operation).call(*args, **kwargs)
        handed_on = [*listener.read, *tensors_in(outputs)]
        if len(handed_on) != self._count:
            raise ReplayError
        return list(map(handed_on.__getitem__, self._numbers))


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
            # it goes another way than in the run
            raise ReplayError
        self._is_muted = True
        try:
            return original(operation, *args, **kwargs)
        finally:
            self._is_muted = False


def find_tried_origins(
    call: RepeatedCall, array_of: ArrayOf
) -> dict[int, TriedOrigin]:
    """Return the origin of each tensor that a call hands on and no call made, by its id.

    array_of: gives the array of a tensor of the run. Nothing is found where the call cannot be made
    again, or mixes samples.
    """
    sequences: list[Array] = []
    for tensor in call.wanted:
        array = array_of(tensor)
        # two vectors of equally many units are no two sequences
        if array is not None and array.ndim > 2:
            sequences.append(array)
    try:
        replay = Replay(call, (call.sources,), {}, array_of, training=False)
    except UnreadableError:
        return {}
    moved = find_moved(replay)
    places: defaultdict[int, list[int]] = defaultdict(list)
    for number, place in moved:
        places[number].append(place)
    # measured for all of them at once, when the first one is asked for
    reaches = LazyReach(partial(_measure, replay, moved, sequences))
    origins: dict[int, TriedOrigin] = {}
    for number, chosen in places.items():
        tensors = map(call.sources.__getitem__, chosen)
        wanted = call.wanted[number]
        origins[id(wanted)] = TriedOrigin(
            tensors=tuple(tensors),
            number=number,
            places=tuple(chosen),
            reaches=reaches,
        )
    return origins


def _measure(
    replay: Replay, moved: Mapping[Pair, Array], sequences: Sequence[Array]
) -> dict[Pair, Array]:
    """Return the reach of each pair; of a source of one step it is what moved with the whole."""
    found: dict[Pair, Array] = {}
    sources_with_steps: set[int] = set()
    for (number, place), reach in moved.items():
        if count_timesteps(replay.arrays[place], sequences) > 1:
            sources_with_steps.add(place)
        else:
            found[number, place] = reach
    replay.inputs = sorted(sources_with_steps)
    for (number, index), reach in measure_reach(replay).items():
        place = replay.inputs[index]
        found[number, place] = reach
    return found
