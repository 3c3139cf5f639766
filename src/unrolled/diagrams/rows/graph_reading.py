"""The graph of a run: the calls that are drawn, and what each reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain, count
from operator import attrgetter

from unrolled.diagrams.rows.graph import UNSEEN, Graph, Node, Reading
from unrolled.diagrams.rows.visibility import (
    calls_within,
    find_shown,
    is_drawn,
    is_drawn_as_cells,
)
from unrolled.traces.layer_calls import LayerCall, Provenance
from unrolled.traces.recurrent_calls import RecurrentCall
from unrolled.traces.trace import Trace

# calls of one layer that are all drawn; of more the first two and the last one
MOST_CALLS = 5


def read_graph(batches: Sequence[Trace]) -> Graph:
    """Return what is drawn of a run, each input before the first node that reads it.

    batches: the runs to put side by side, of one model.
    """
    return _Reader(batches).read()


class _Reader:
    """Numbers the drawn calls, then makes their nodes in one pass."""

    def __init__(self, batches: Sequence[Trace]) -> None:
        self._batches = batches
        self._trace = batches[0]
        self._drawn = _drawn_calls(self._trace)
        self._counts = Counter(map(attrgetter("path"), self._drawn))
        self._next_key = count().__next__
        # the key of each output of a call that is drawn; those left out share one
        self._keys: dict[tuple[LayerCall, int], int] = {}
        self._keys_of_more: dict[str, int] = {}
        self._further: dict[int, tuple[LayerCall, int]] = {}
        # the same call in each batch
        self._columns: dict[LayerCall, tuple[LayerCall, ...]] = {}
        self._nodes: dict[int, Node] = {}
        self._inputs: dict[int, Node] = {}
        self._number_calls()

    def read(self) -> Graph:
        """Return the nodes in the order in which they stand on each other."""
        for call in self._drawn:
            self._add_call(call)
        # last of all, as an output of the model may be one of a layer that nothing else reads
        numbers = range(len(self._trace.outputs))
        outputs = tuple(map(self._add_output, numbers))
        # an input that nothing reads stands below all
        unread = self._inputs.keys() - self._nodes.keys()
        alone = map(self._inputs.__getitem__, sorted(unread))
        return Graph((*alone, *self._nodes.values()), outputs)

    def _number_calls(self) -> None:
        """Give a key to each input and drawn call, one to all calls that are left out."""
        # each batch calls the same layers in the same order
        batches = [(*batch.inputs, *batch.calls) for batch in self._batches]
        known = batches[0]
        same_calls = zip(*batches, strict=False)
        self._columns = dict(zip(known, same_calls, strict=False))
        for call in self._trace.inputs:
            key = self._next_key()
            self._keys[call, 0] = key
            columns = self._columns[call]
            self._inputs[key] = Node(key, role="input", calls=columns)
        for call in self._drawn:
            key = self._next_key()
            if self._is_left_out(call):
                # the key of the first one of them, if this is another one
                key = self._keys_of_more.setdefault(call.path, key)
            self._keys[call, 0] = key

    def _is_left_out(self, call: LayerCall) -> bool:
        calls = self._counts[call.path]
        if calls <= MOST_CALLS:
            return False
        last = calls - 1
        return 2 <= call.number < last

    def _find(self, call: LayerCall | None, number: int = 0) -> tuple[int, int]:
        """Return the key of the node that shows an output of a call, and which part of it."""
        if call is None:
            # what no layer made, or what Keras tells nothing of
            return UNSEEN, 0
        shown, part = find_shown(call, number)
        key = self._keys.get((shown, 0), UNSEEN)
        whole_rows = self._keys_of_more.values()
        if key in (UNSEEN, *whole_rows):
            # calls that are left out have one row for all their outputs
            return key, 0
        if is_drawn_as_cells(shown):
            # the arrows of its final states begin at the row of its cells
            return key, part
        if part >= len(shown.outputs):
            # it returns less than was read of it, so that its row stands for the rest
            return key, 0
        place = (shown, part)
        if place not in self._keys:
            # it is read for the first time; outputs that nothing reads get no row
            further = self._next_key()
            self._keys[place] = further
            self._further[further] = place
        return self._keys[place], 0

    def _add_call(self, call: LayerCall) -> None:
        """Add the node of a call, after what it is the first to read."""
        reads, starts = self._read(call)
        key = self._keys[call, 0]
        node = Node(
            key,
            role="call",
            calls=self._columns[call],
            reads=reads,
            starts=starts,
            masks=self._masks(call),
        )
        self._add_sources(node.masks)
        self._add_sources(node.below)
        self._add_sources(node.states_from)
        if self._is_left_out(call):
            # three of the calls are drawn
            left_out = self._counts[call.path] - 3
            node = Node(
                key,
                role="more",
                calls=self._columns[call],
                reads=reads,
                left_out=left_out,
            )
        # the first one of the calls that are left out stands for all of them
        self._nodes.setdefault(key, node)

    def _add_sources(self, keys: Sequence[int]) -> None:
        """Add inputs and further outputs of layers, the first time that they are read."""
        for key in keys:
            if key in self._nodes:
                # it stands below what was the first to read it
                continue
            if key in self._inputs:
                self._nodes[key] = self._inputs[key]
            if key in self._further:
                call, number = self._further[key]
                reads, _ = self._read(call)
                self._nodes[key] = Node(
                    key,
                    role="further",
                    calls=self._columns[call],
                    number=number,
                    reads=reads,
                )

    def _add_output(self, number: int) -> tuple[int, int]:
        """Return the key and the part that show an output; a new node where no layer made it."""
        source = self._trace.output_sources[number]
        index = self._trace.output_indices[number]
        key, part = self._find(source, index)
        self._add_sources([key])
        match self._nodes.get(key):
            case None | Node(role="more") | Node(call=LayerCall(outputs=())):
                # no row shows it, so that it gets one of its own
                return self._add_nameless(number), 0
            case _:
                return key, part

    def _add_nameless(self, number: int) -> int:
        """Add the node of an output of the model that no layer made, and return its key."""
        reads = self._readings(
            source=None,
            index=0,
            made_from=self._trace.outputs_made_from[number],
            argument=0,
        )
        self._add_sources(list(map(attrgetter("node"), reads)))
        calls = []
        for batch in self._batches:
            # it stands for what call() made outside any layer
            nameless = LayerCall(
                layer_name="",
                layer_class="",
                path="",
                constructor="",
                outputs=(batch.outputs[number],),
            )
            calls.append(nameless)
        # keys follow the order of the nodes: what it reads may just have got one
        key = self._next_key()
        self._nodes[key] = Node(
            key,
            role="output",
            calls=tuple(calls),
            number=number,
            reads=tuple(reads),
        )
        return key

    def _masks(self, call: LayerCall) -> tuple[int, ...]:
        """Return the inputs of the model that were given to a call as its mask."""
        if call.mask_source in call.sources:
            # an arrow leads there already
            return ()
        key, _ = self._find(call.mask_source)
        inputs = self._inputs.keys()
        return tuple(inputs & {key})

    def _read(
        self, call: LayerCall
    ) -> tuple[tuple[Reading, ...], tuple[Reading, ...]]:
        """Return what a call reads, and apart from it what it takes as its initial states."""
        by_argument = self._read_inside(call)
        if not by_argument:
            # else what is inside has read the arguments of the call already
            by_argument = self._read_arguments(call)
        data = len(by_argument)
        if isinstance(call, RecurrentCall):
            # a recurrent layer takes the data first, then a value for each of its states
            data = 1
        reads = chain.from_iterable(by_argument[:data])
        starts = chain.from_iterable(by_argument[data:])
        return tuple(reads), tuple(starts)

    def _read_arguments(self, call: LayerCall) -> list[list[Reading]]:
        """Return what each input of a call comes from."""
        # both are empty where they say nothing that is not usual
        nowhere = (None,) * len(call.sources)
        made_from = call.made_from or nowhere
        first = (0,) * len(call.sources)
        indices = call.source_indices or first
        numbers = range(len(call.sources))
        columns = (call.sources, indices, made_from, numbers)
        return list(map(self._readings, *columns))

    def _readings(
        self,
        source: LayerCall | None,
        index: int,
        made_from: Provenance | None,
        argument: int,
    ) -> list[Reading]:
        """Return what one input comes from: of several where ``call()`` made it of them."""
        if source is not None or made_from is None:
            # a layer made it, or nobody can see what did
            key, part = self._find(source, index)
            return [Reading(key, part, argument)]
        readings = []
        for number, (maker, output) in enumerate(made_from.sources):
            key, part = self._find(maker, output)
            reading = Reading(key, part, argument, made_from, number)
            readings.append(reading)
        return readings

    def _read_inside(self, call: LayerCall) -> list[list[Reading]]:
        """Return the nodes inside a drawn call that nothing else inside it reads, one by one."""
        # before its own outputs: to find a row may give a key to one of these
        keys: list[int] = []
        for inner in call.inside:
            if inner.outputs:
                # what returns nothing has no row that could be read
                key, _ = self._find(inner)
                keys.append(key)
        # what is inside may also be shown by the outputs of the call itself
        own = {UNSEEN, self._keys[call, 0]}
        for number in range(len(call.outputs)):
            place = (call, number)
            own_key = self._keys.get(place, UNSEEN)
            own.add(own_key)
        others = [key for key in keys if key not in own]
        # what another one inside reads is below that one already
        read: set[int] = set()
        for key in others:
            node = self._nodes[key]
            read.update(node.below)
        return [[Reading(key)] for key in others if key not in read]


def _drawn_calls(trace: Trace) -> list[LayerCall]:
    """Return the calls that have a row, from the bottom up: each stands above what it wraps."""
    places = dict(zip(trace.calls, count(), strict=False))
    order: dict[LayerCall, tuple[int, int]] = {}
    for call in filter(is_drawn, trace.calls):
        # the calls inside were called after it, but stand below it: of two calls with the same last
        # one inside, the one that was called later is the lower one
        family = [call, *calls_within(call)]
        last = max(map(places.__getitem__, family))
        order[call] = (last, -places[call])
    return sorted(order, key=order.__getitem__)
