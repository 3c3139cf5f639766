"""What stands beside the columns: vectors that give initial states, and the decoder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations

from unrolled.diagrams.rows.forms import Form
from unrolled.diagrams.rows.graph import UNSEEN, Node
from unrolled.diagrams.rows.visibility import as_recurrent
from unrolled.traces.recurrent_calls import RecurrentCall


class Placement:
    """Which nodes stand aside, and which ones belong to the decoder.

    Several batches side by side leave no room for either: then all stand in the same columns.
    """

    def __init__(
        self, nodes: Sequence[Node], forms: Mapping[int, Form]
    ) -> None:
        self._nodes = {node.key: node for node in nodes}
        self._forms = forms
        self.aside: set[int] = set()
        self.decoder: set[int] = set()
        if len(nodes[0].calls) > 1:
            return
        self._find_aside(nodes)
        self._ancestors = _read_ancestors(nodes)
        self._find_decoder(nodes)
        if not self.decoder:
            self._part_time_axes(nodes)

    def encoder(self, node: Node) -> int | None:
        """Return the key of the row that hands all its final states over to this one.

        Where a layer returns h of its last step, that is its first state, read as an output.
        """
        sources = set()
        for number, reading in enumerate(node.starts):
            is_h = number == 0 and self._returns_state(reading.node)
            if not (reading.is_state or is_h):
                return None
            sources.add(reading.node)
        if len(sources) != 1:
            return None
        states = as_recurrent(node.call).states
        (source,) = sources
        if len(node.starts) != len(states):
            return None
        if self._forms[source].kind != "recurrent":
            return None
        if _reads_backwards(self._nodes[source]):
            # its final state is at the left of its row, far from what stands at the right
            return None
        return source

    def _returns_state(self, key: int) -> bool:
        """Return whether the output of a row is the first one of its final states."""
        if key == UNSEEN or self._forms[key].kind != "recurrent":
            return False
        call = as_recurrent(self._nodes[key].call)
        return not call.return_sequences and call.cell_output is None

    def _find_aside(self, nodes: Sequence[Node]) -> None:
        """Find the vectors that only give initial states, and what only they read."""
        giving = _read_giving(nodes)
        takers = _read_takers(nodes)
        read = self._read_as_data(nodes)
        # what is above comes first, so that it is known whether all that read a row stand aside
        for node in reversed(nodes):
            is_aside = takers.get(node.key, {UNSEEN}) <= self.aside
            if node.key in giving:
                is_aside = node.key not in read
            if is_aside and self._is_vector(node):
                self.aside.add(node.key)

    def _is_vector(self, node: Node) -> bool:
        """Return whether a node has the room that is aside: a vector for each sample."""
        form = self._forms[node.key]
        if form.kind not in ("vector", "input"):
            return False
        return form.timesteps is None and len(form.axes) > 1

    def _read_as_data(self, nodes: Sequence[Node]) -> set[int]:
        """Return what another layer reads as something else than an initial state."""
        read: set[int] = set()
        for node in nodes:
            for key in (*node.below, *node.masks):
                source = self._nodes[key]
                # further outputs of a layer and its calls that are left out read the layer itself
                if source.call.path != node.call.path:
                    read.add(key)
        return read

    def _find_decoder(self, nodes: Sequence[Node]) -> None:
        """Find the decoders that start from an encoder's final states, and all above and below."""
        encoders: set[int] = set()
        decoders: set[int] = set()
        for node in nodes:
            for giver in self._givers(node):
                encoders |= self._ancestors[giver]
                decoders.add(node.key)
        if encoders & decoders:
            # what an encoder depends on cannot stand beside it
            return
        for node in nodes:
            ancestors = self._ancestors[node.key]
            if node.key in decoders:
                # what it reads besides the encoder: its own input
                self.decoder |= ancestors - encoders
            if ancestors & decoders:
                self.decoder.add(node.key)

    def _part_time_axes(self, nodes: Sequence[Node]) -> None:
        """Put one of two inputs of other lengths, such as story and question, beside the other one.

        What depends on both stands with the second one, whose steps it must have if it has any.
        """
        lengths: dict[int, set[int]] = {}
        for node in nodes:
            timesteps = self._forms[node.key].timesteps
            if node.role == "input" and timesteps:
                lengths[node.key] = {timesteps}
        inputs = list(lengths)
        if len(inputs) != 2:
            return
        for first, second in permutations(inputs):
            beside = self._depending_on(second)
            below = self._nodes.keys() - beside
            found = [self._lengths(below), self._lengths(beside)]
            expected = [lengths[first], lengths[second]]
            if found == expected and lengths[first] != lengths[second]:
                self.decoder = beside
                return

    def _depending_on(self, key: int) -> set[int]:
        ancestors = self._ancestors.items()
        return {above for above, below in ancestors if key in below}

    def _lengths(self, keys: Iterable[int]) -> set[int | None]:
        """Return how many timesteps some rows have, without those that have none."""
        lengths = {self._forms[key].timesteps for key in keys}
        return lengths - {None}

    def _givers(self, node: Node) -> set[int]:
        """Return the recurrent nodes that a decoder's initial states come from."""
        encoder = self.encoder(node)
        if encoder is not None:
            return {encoder}
        sources = {reading.node for reading in node.starts}
        if _reads_backwards(node) or not sources <= self.aside:
            return set()
        # vectors in between, such as a Dense that makes the state of the decoder
        givers: set[int] = set()
        waiting = list(sources)
        while waiting:
            vector = self._nodes[waiting.pop()]
            for key in vector.below:
                if self._forms[key].kind == "recurrent":
                    givers.add(key)
                elif key in self.aside:
                    waiting.append(key)
        return givers


def _reads_backwards(node: Node) -> bool:
    return isinstance(node.call, RecurrentCall) and node.call.go_backwards


def _read_ancestors(nodes: Sequence[Node]) -> dict[int, set[int]]:
    """Return for each node its key and the keys of all nodes that it depends on."""
    ancestors: dict[int, set[int]] = {}
    for node in nodes:
        found = {node.key}
        for key in (*node.below, *node.states_from, *node.masks):
            found |= ancestors.get(key, {key})
        ancestors[node.key] = found
    return ancestors


def _read_giving(nodes: Sequence[Node]) -> set[int]:
    """Return what gives initial states to a layer that reads forwards, without final states."""
    giving: set[int] = set()
    for node in nodes:
        if _reads_backwards(node):
            continue
        for reading in node.starts:
            if not reading.is_state:
                giving.add(reading.node)
    return giving


def _read_takers(nodes: Sequence[Node]) -> dict[int, set[int]]:
    """Return the keys of the nodes that read each node as data."""
    takers: defaultdict[int, set[int]] = defaultdict(set)
    for node in nodes:
        for key in node.below:
            takers[key].add(node.key)
    return takers
