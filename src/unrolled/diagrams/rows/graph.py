"""Who reads whom: the calls that are drawn, from the bottom up, and what each reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Literal

from unrolled.diagrams.rows.visibility import (
    calls_within,
    find_shown,
    is_drawn,
    is_drawn_as_cells,
)
from unrolled.traces.calls import LayerCall, Provenance, RecurrentCall, Trace
from unrolled.traces.cells import Array

Role = Literal["input", "call", "further", "more", "output"]
MOST_CALLS = (
    5  # of one layer that are all drawn; of more the first two and the last one
)


@dataclass(frozen=True, eq=False)
class Reading:
    """One thing that a node reads.

    Attributes
    ----------
    node : int or None
        The key of the node that is read; None where it cannot be seen.
    part : int
        0 for what that node shows, k for its k-th final state.
    argument : int or None
        The number of the reader's input; None for what comes from inside the reader.
    provenance, source_number : Provenance or None, int
        How the input was made of it in ``call()``, and its number among the sources.
    """

    node: int | None
    part: int = 0
    argument: int | None = None
    provenance: Provenance | None = None
    source_number: int = 0

    @property
    def is_state(self) -> bool:
        """Whether a final state is read."""
        return self.part > 0


@dataclass(frozen=True, eq=False)
class Node:
    """What gets a row: an input, a call, a further output of one, an output that no layer made.

    Attributes
    ----------
    key : int
        The number by which others name it.
    role : str
        ``input``, ``call``, ``further`` output of a call, ``more`` calls left out, or ``output``.
    calls : tuple of LayerCall
        The call in each batch.
    number : int
        Which output of the call it shows; of an ``output`` which output of the model.
    reads, starts : tuples of Reading
        What it reads, and what a recurrent one takes as its initial states.
    masks : tuple of int
        The inputs that it takes as its mask.
    left_out : int
        How many calls a node of the role ``more`` stands for.
    """

    key: int
    role: Role
    calls: tuple[LayerCall, ...]
    number: int = 0
    reads: tuple[Reading, ...] = ()
    starts: tuple[Reading, ...] = ()
    masks: tuple[int, ...] = ()
    left_out: int = 0

    @property
    def call(self) -> LayerCall:
        """The call in the first batch."""
        return self.calls[0]

    @property
    def below(self) -> tuple[int, ...]:
        """The keys of what it reads."""
        return tuple(r.node for r in self.reads if r.node is not None)


@dataclass(frozen=True, eq=False)
class Graph:
    """The nodes from the bottom up; for each output of the model the key and the part of it."""

    nodes: tuple[Node, ...]
    outputs: tuple[tuple[int, int], ...]


def read_graph(batches: Sequence[Trace]) -> Graph:
    """Return what is drawn of a run, each input before the first node that reads it.

    batches: the runs to put side by side, of one model.
    """
    return _Reader(batches).read()


class _Reader:
    """Numbers the drawn calls, then makes their nodes in one pass."""

    def __init__(self, batches: Sequence[Trace]) -> None:
        self._batches, self._trace = batches, batches[0]
        calls = self._trace.calls
        drawn = [index for index, call in enumerate(calls) if is_drawn(call)]
        last = _last_inside(calls)
        self._order = sorted(drawn, key=lambda index: (last[index], -index))
        self._counts = Counter(calls[index].path for index in drawn)
        self._keys: dict[tuple[int, int], int] = {}
        self._more: dict[str, int] = {}
        self._more_keys: set[int] = set()
        self._further: dict[int, tuple[LayerCall, int]] = {}
        self._nodes: dict[int, Node] = {}
        self._columns: dict[int, tuple[LayerCall, ...]] = {}
        self._next_key = count().__next__
        self._number_calls()
        self._inputs = self._input_nodes()

    def read(self) -> Graph:
        """Return the nodes in the order in which they stand on each other."""
        for index in self._order:
            self._add_call(self._trace.calls[index])
        outputs = [
            self._add_output(number)
            for number in range(len(self._trace.outputs))
        ]
        unread = [
            node for key, node in self._inputs.items() if key not in self._nodes
        ]
        return Graph((*unread, *self._nodes.values()), tuple(outputs))

    def _number_calls(self) -> None:
        """Give a key to each input and drawn call, one to all calls that are left out."""
        for number, call in enumerate(self._trace.inputs):
            self._keys[id(call), 0] = self._next_key()
            self._columns[id(call)] = tuple(
                batch.inputs[number] for batch in self._batches
            )
        for index in self._order:
            call = self._trace.calls[index]
            self._columns[id(call)] = tuple(
                batch.calls[index] for batch in self._batches
            )
            key = self._next_key()
            if self._is_left_out(call):
                key = self._more.setdefault(call.path, key)
                self._more_keys.add(key)
            self._keys[id(call), 0] = key

    def _is_left_out(self, call: LayerCall) -> bool:
        calls = self._counts[call.path]
        return calls > MOST_CALLS and 2 <= call.number < calls - 1

    def _input_nodes(self) -> dict[int, Node]:
        inputs = {}
        for call in self._trace.inputs:
            key = self._keys[id(call), 0]
            inputs[key] = Node(key, "input", self._columns[id(call)])
        return inputs

    def _find(
        self, call: LayerCall | None, number: int = 0
    ) -> tuple[int | None, int]:
        """Return the key of the node that shows an output of a call, and which part of it."""
        if call is None:
            return None, 0
        shown, part = find_shown(call, number)
        key = self._keys.get((id(shown), 0))
        if key is None or key in self._more_keys or part == 0:
            return key, 0
        if is_drawn_as_cells(shown):
            return key, part
        if part >= len(shown.outputs):
            return key, 0
        if (id(shown), part) not in self._keys:
            new = self._next_key()
            self._keys[id(shown), part] = new
            self._further[new] = (shown, part)
        return self._keys[id(shown), part], 0

    def _add_call(self, call: LayerCall) -> None:
        """Add the node of a call, after what it is the first to read."""
        reads, starts = self._read(call)
        masks = self._masks(call)
        for key in (*masks, *(reading.node for reading in (*reads, *starts))):
            self._add_source(key)
        key = self._keys[id(call), 0]
        if key in self._nodes:
            return
        calls = self._columns[id(call)]
        if self._is_left_out(call):
            left_out = self._counts[call.path] - 3
            self._nodes[key] = Node(
                key, "more", calls, 0, reads, left_out=left_out
            )
        else:
            self._nodes[key] = Node(key, "call", calls, 0, reads, starts, masks)

    def _add_source(self, key: int | None) -> None:
        """Add an input, or a further output of a layer, the first time that it is read."""
        if key is None or key in self._nodes:
            return
        if key in self._inputs:
            self._nodes[key] = self._inputs[key]
        elif key in self._further:
            call, number = self._further[key]
            reads, _ = self._read(call)
            self._nodes[key] = Node(
                key, "further", self._columns[id(call)], number, reads
            )

    def _add_output(self, number: int) -> tuple[int, int]:
        """Return the key and the part that show an output; a new node where no layer made it."""
        source = self._trace.output_sources[number]
        key, part = self._find(source, self._trace.output_indices[number])
        self._add_source(key)
        node = None if key is None else self._nodes.get(key)
        if node is not None and node.role != "more" and node.call.outputs:
            return node.key, part
        arrays = [batch.outputs[number] for batch in self._batches]
        calls = tuple(_nameless(array) for array in arrays)
        made_from = self._trace.outputs_made_from[number]
        reads = (
            self._readings(None, 0, made_from, 0)
            if made_from
            else [Reading(None)]
        )
        for reading in reads:
            self._add_source(reading.node)
        new = self._next_key()
        self._nodes[new] = Node(new, "output", calls, number, tuple(reads))
        return new, 0

    def _masks(self, call: LayerCall) -> tuple[int, ...]:
        """Return the inputs of the model that were given to a call as its mask."""
        if call.mask_source is None or call.mask_source in call.sources:
            return ()
        key, _ = self._find(call.mask_source)
        return () if key is None or key not in self._inputs else (key,)

    def _read(
        self, call: LayerCall
    ) -> tuple[tuple[Reading, ...], tuple[Reading, ...]]:
        """Return what a call reads, and apart from it what it takes as its initial states."""
        inside = self._read_inside(call)
        if inside:
            reads, rest = inside, []
            if isinstance(call, RecurrentCall):
                reads, rest = inside[:1], inside[1:]
            return tuple(reads), tuple(rest)
        reads, starts = [], []
        indices = call.source_indices or (0,) * len(call.sources)
        made_from = call.made_from or (None,) * len(call.sources)
        for argument, source in enumerate(call.sources):
            came = self._readings(
                source, indices[argument], made_from[argument], argument
            )
            if argument and isinstance(call, RecurrentCall):
                starts += came
            else:
                reads += came
        return tuple(reads), tuple(starts)

    def _readings(
        self,
        source: LayerCall | None,
        index: int,
        made_from: Provenance | None,
        argument: int,
    ) -> list[Reading]:
        """Return what one input comes from: of several where ``call()`` made it of them."""
        if source is not None or made_from is None:
            key, part = self._find(source, index)
            return [Reading(key, part, argument)]
        readings = []
        for number, (maker, output) in enumerate(made_from.sources):
            key, part = self._find(maker, output)
            readings.append(Reading(key, part, argument, made_from, number))
        return readings

    def _keys_of(self, call: LayerCall) -> set[int]:
        """Return the keys of all outputs of a call."""
        numbers = range(max(1, len(call.outputs)))
        return {
            self._keys[id(call), n]
            for n in numbers
            if (id(call), n) in self._keys
        }

    def _read_inside(self, call: LayerCall) -> list[Reading]:
        """Return the nodes inside a drawn call that nothing else inside it reads."""
        keys = [self._find(inner)[0] for inner in call.inside if inner.outputs]
        own = self._keys_of(call)
        others = [key for key in keys if key is not None and key not in own]
        read = {below for key in others for below in self._nodes[key].below}
        return [Reading(key) for key in others if key not in read]


def _nameless(array: Array) -> LayerCall:
    """Return a call that stands for what ``call()`` made outside any layer."""
    return LayerCall(
        layer_name="", layer_class="", path="", constructor="", outputs=(array,)
    )


def _last_inside(calls: Sequence[LayerCall]) -> list[int]:
    """Return for each call the place of the last one inside it: it stands above what it wraps."""
    places = {id(call): index for index, call in enumerate(calls)}
    last = []
    for index, call in enumerate(calls):
        inside = [
            places[id(inner)]
            for inner in calls_within(call)
            if id(inner) in places
        ]
        last.append(max([index, *inside]))
    return last
