"""What a value made in ``call()`` is made of: there Keras runs operations that nobody hears.

``call()`` is run once more, on Keras's symbolic tensors: they remember the operations that they
went through, and those can be run again to measure which step of a value comes from which step of
its source. So a ``call()`` with a value of that kind runs a second time, and a third time where it
needs to know the length of the batch. Where it does what symbolic tensors cannot, such as an
operation of TensorFlow's own, it is tried (:mod:`unrolled.keras_bridge.repeated_calls`): it runs
some times more, with numbers moved. What it prints is printed again. Attributes that it changes
are put back. A ``call()`` that only passes on what its layers return runs once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from operator import attrgetter

import keras

from unrolled.keras_bridge.reach_probes import measure_reach
from unrolled.keras_bridge.recorder import RecordedCall
from unrolled.keras_bridge.repeated_calls import (
    RepeatedCall,
    TriedOrigin,
    find_tried_origins,
)
from unrolled.keras_bridge.replays import Replay, UnreadableError
from unrolled.keras_bridge.symbolic_calls import (
    Operations,
    SymbolicRun,
    left_alone,
)
from unrolled.keras_bridge.tensors import ArrayOf, Tensor
from unrolled.traces.cells import Array


@dataclass(frozen=True)
class Origin:
    """What one tensor is made of.

    tensors: those that layers made. operations: the names of the operations in between. function:
    these operations as one, which takes a list of the tensors.
    """

    tensors: tuple[Tensor, ...]
    operations: tuple[str, ...]
    function: Operations

    def measure(self, array_of: ArrayOf) -> list[Array | None]:
        """Return the reach of the tensor from each of those that it is made of."""
        count = len(self.tensors)
        arguments = (list(self.tensors),)
        try:
            replay = Replay(
                self.function, arguments, {}, array_of, training=False
            )
        except UnreadableError:
            return [None] * count
        found = measure_reach(replay)
        # the function has one output, of number 0
        pairs = product([0], range(count))
        return list(map(found.get, pairs))


#: by the id of a tensor that no layer made
Origins = dict[int, "Origin | TriedOrigin"]


@dataclass(frozen=True)
class Lineage:
    """What is known of the tensors that no layer made, before a run has values.

    origins: by the id of a tensor. tried: the calls whose values are still to be found by trying.
    """

    origins: Origins
    tried: tuple[RepeatedCall, ...]

    def read(self, array_of: ArrayOf) -> Origins:
        """Return the origins in a run; array_of: gives the array of a tensor."""
        found = dict(self.origins)
        for call in self.tried:
            found |= find_tried_origins(call, array_of)
        return found


def find_lineage(calls: Sequence[RecordedCall]) -> Lineage:
    """Return what is known of each tensor that a layer reads or the model returns and none made.

    calls: those of one run, the model's own first.
    """
    children: dict[int, list[RecordedCall]] = {}
    for call in calls:
        children.setdefault(id(call.parent), []).append(call)
    made: set[int] = set()
    # what the model itself returns is to be followed
    for call in calls[1:]:
        made.update(map(id, call.outputs))
    origins: Origins = {}
    tried: list[RepeatedCall] = []
    for call in calls:
        inside = children.get(id(call), [])
        if not _is_open(call, inside, made):
            continue
        found = _find_inside(call, inside)
        if found is None:
            tried.append(RepeatedCall(call, inside))
        else:
            origins.update(found)
    return Lineage(origins, tuple(tried))


def _is_open(
    call: RecordedCall, inside: Sequence[RecordedCall], made: set[int]
) -> bool:
    """Return whether a call is to be run again: no layer made what is read inside, or returned."""
    # what Keras's own wrappers do inside is shown by their own rows; a model may cast
    is_kerass_own = type(call.operation).__module__.startswith("keras.")
    if is_kerass_own and not isinstance(call.operation, keras.Model):
        return False
    if not inside:
        return False
    known = made.union(map(id, call.inputs))
    wanted = [*call.outputs]
    for child in inside:
        wanted += child.inputs
    return not known.issuperset(map(id, wanted))


def _find_inside(
    call: RecordedCall, inside: Sequence[RecordedCall]
) -> dict[int, Origin] | None:
    """Return the origins of what the calls inside one call read, and of what it returns.

    None where ``call()`` does what symbolic tensors cannot.
    """
    # most calls do not ask for the length of the batch, and then hold for each
    for any_batch in (True, False):
        with left_alone(call.operation, inside):
            try:
                run = SymbolicRun(call, inside, any_batch=any_batch)
            # the reader's own code may raise anything, such as for want of a length
            except Exception:
                continue
            return _read_origins(run)
    return None


def _read_origins(run: SymbolicRun) -> dict[int, Origin]:
    """Return the origins of those tensors whose symbols no layer made."""
    origins: dict[int, Origin] = {}
    for symbol, tensor in run.pairs:
        if id(symbol) in run.known or id(tensor) in origins:
            continue
        function = Operations(symbol, run.known)
        operations = map(attrgetter("operation"), function.nodes)
        # each is named by its class
        names = map(attrgetter("__name__"), map(type, operations))
        origins[id(tensor)] = Origin(
            tensors=function.tensors,
            operations=tuple(dict.fromkeys(names)),
            function=function,
        )
    return origins
