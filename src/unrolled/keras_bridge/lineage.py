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
from typing import Any

import keras

from unrolled.keras_bridge.reach_probes import measure_reach
from unrolled.keras_bridge.recorder import RecordedCall
from unrolled.keras_bridge.repeated_calls import (
    RepeatedCall,
    TriedOrigin,
    find_tried_origins,
)
from unrolled.keras_bridge.replays import Replay, UnreadableError, Value
from unrolled.keras_bridge.symbolic_calls import (
    Operations,
    SymbolicRun,
    left_alone,
)
from unrolled.keras_bridge.tensors import Tensor
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

    def measure(self, value: Value) -> list[Array | None]:
        """Return the reach of the tensor from each of those that it is made of."""
        given = (list(self.tensors),)
        try:
            replay = Replay(self.function, given, {}, value, training=False)
        except UnreadableError:
            return [None] * len(self.tensors)
        found = measure_reach(replay)
        return [found.get((0, index)) for index in range(len(self.tensors))]


Origins = dict[int, "Origin | TriedOrigin"]


@dataclass(frozen=True)
class Lineage:
    """What is known of the tensors that no layer made, before a run has values.

    origins: by the id of a tensor. tried: the calls whose values are still to be found by trying.
    """

    origins: Origins
    tried: tuple[RepeatedCall, ...]

    def read(self, value: Value) -> Origins:
        """Return the origins in a run; value: gives the array of a tensor."""
        found = dict(self.origins)
        for call in self.tried:
            found.update(find_tried_origins(call, value))
        return found


def find_lineage(taps: Sequence[RecordedCall]) -> Lineage:
    """Return what is known of each tensor that a layer reads or the model returns and none made.

    taps: the calls of one run, the model's own first.
    """
    made = {id(t) for tap in taps[1:] for t in tap.outputs}
    children: dict[int, list[RecordedCall]] = {}
    for tap in taps:
        children.setdefault(id(tap.parent), []).append(tap)
    origins: Origins = {}
    tried: list[RepeatedCall] = []
    for tap in taps:
        inside = children.get(id(tap), [])
        if not _is_open(tap, inside, made):
            continue
        found = _find_inside(tap, inside)
        if found is None:
            tried.append(RepeatedCall(tap, inside))
        else:
            origins.update(found)
    return Lineage(origins, tuple(tried))


def _is_open(
    tap: RecordedCall, inside: Sequence[RecordedCall], made: set[int]
) -> bool:
    """Return whether a call is to be run again: no layer made what is read inside, or returned."""
    if not inside or not _is_followed(tap.operation):
        return False
    wanted = [*tap.outputs]
    for child in inside:
        wanted += child.inputs
    passed_on = set(map(id, tap.inputs))
    return not made.union(passed_on).issuperset(map(id, wanted))


def _is_followed(operation: Any) -> bool:
    """Return whether a call is run again: the reader wrote it, or it is a model, which may cast.

    What Keras's own wrappers do inside is shown by their own rows.
    """
    is_written = not type(operation).__module__.startswith("keras.")
    return is_written or isinstance(operation, keras.Model)


def _find_inside(
    tap: RecordedCall, inside: Sequence[RecordedCall]
) -> dict[int, Origin] | None:
    """Return the origins of what the calls inside one call read, and of what it returns.

    None where ``call()`` does what symbolic tensors cannot.
    """
    for any_batch in (True, False):
        with left_alone(tap.operation, inside):
            try:
                run = SymbolicRun(tap, inside, any_batch=any_batch)
            # the reader's own code may raise anything
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
        names = [type(node.operation).__name__ for node in function.nodes]
        tensors = tuple(run.known[id(s)] for s in function.symbols)
        operations = tuple(dict.fromkeys(names))
        origins[id(tensor)] = Origin(tensors, operations, function)
    return origins
