"""What stands beside the columns: vectors that give initial states, and the decoder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from unrolled.diagrams.rows.axes import Form
from unrolled.diagrams.rows.graph import Node, Reading
from unrolled.diagrams.rows.states import encoder_of
from unrolled.traces.calls import RecurrentCall


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
        if any(len(node.calls) > 1 for node in nodes):
            return
        self._find_aside(nodes)
        self._ancestors: dict[int, set[int]] = {}
        for node in nodes:
            self._ancestors[node.key] = self._above(node)
        self._find_decoder(nodes)
        if not self.decoder:
            self._part_time_axes(nodes)

    def encoder(self, node: Node) -> int | None:
        """Return the key of the row that hands all its final states over to this one."""
        return encoder_of(node, self._nodes, self._forms)

    def _find_aside(self, nodes: Sequence[Node]) -> None:
        """Find the vectors that only give initial states, and what only they read."""
        forward = [node for node in nodes if not _reads_backwards(node)]
        giving = _keys(
            r for node in forward for r in node.starts if not r.is_state
        )
        read = self._read_as_data(nodes)
        takers = _takers(nodes)
        for node in reversed(nodes):
            # what is above comes first, so that it is known whether all that read a row stand aside
            is_aside = self._all_aside(takers.get(node.key, []))
            if node.key in giving:
                is_aside = node.key not in read
            if is_aside and self._is_vector(node):
                self.aside.add(node.key)

    def _all_aside(self, keys: Sequence[int]) -> bool:
        return bool(keys) and self.aside.issuperset(keys)

    def _read_as_data(self, nodes: Sequence[Node]) -> set[int]:
        """Return what is read as something else than an initial state."""
        read: set[int] = set()
        for node in nodes:
            for key in (*node.below, *node.masks):
                if self._nodes[key].call.path != node.call.path:
                    read.add(key)
        return read

    def _is_vector(self, node: Node) -> bool:
        form = self._forms[node.key]
        is_vector = form.kind in ("vector", "input") and form.timesteps is None
        return is_vector and len(form.axes) > 1

    def _above(self, node: Node) -> set[int]:
        """Return the keys of a node and of all nodes that it depends on."""
        found = {node.key}
        for key in (*_keys(node.reads), *_keys(node.starts), *node.masks):
            found |= self._ancestors.get(key, {key})
        return found

    def _find_decoder(self, nodes: Sequence[Node]) -> None:
        """Find the decoders that start from an encoder's final states, and all above and below."""
        pairs = [
            (source, node.key)
            for node in nodes
            for source in self._givers(node)
        ]
        encoders: set[int] = set()
        for source, _ in pairs:
            encoders |= self._ancestors[source]
        decoders = {decoder for _, decoder in pairs}
        if encoders & decoders:
            return
        below: set[int] = set()
        for decoder in decoders:
            below |= self._ancestors[decoder] - encoders
        for node in nodes:
            if node.key in below or self._ancestors[node.key] & decoders:
                self.decoder.add(node.key)

    def _part_time_axes(self, nodes: Sequence[Node]) -> None:
        """Put one of two inputs of other lengths, such as story and question, beside the other one.

        What depends on both stands with the second one, whose steps it must have if it has any.
        """
        inputs = [
            n
            for n in nodes
            if n.role == "input" and self._forms[n.key].timesteps
        ]
        if len(inputs) != 2:
            return
        for first, second in (inputs, inputs[::-1]):
            beside = self._depending_on(nodes, second.key)
            below = [n for n in nodes if n not in beside]
            if self._are_apart(below, beside, first, second):
                self.decoder = {node.key for node in beside}
                return

    def _depending_on(self, nodes: Sequence[Node], key: int) -> list[Node]:
        return [node for node in nodes if key in self._ancestors[node.key]]

    def _are_apart(
        self,
        below: Sequence[Node],
        beside: Sequence[Node],
        first: Node,
        second: Node,
    ) -> bool:
        """Return whether two groups of nodes have the time axes of two inputs, one each."""
        lengths = [self._steps(group) - {None} for group in (below, beside)]
        expected = [
            {self._forms[node.key].timesteps} for node in (first, second)
        ]
        return lengths == expected and lengths[0] != lengths[1]

    def _steps(self, nodes: Sequence[Node]) -> set[int | None]:
        return {self._forms[node.key].timesteps for node in nodes}

    def _givers(self, node: Node) -> list[int]:
        """Return the recurrent nodes that a decoder's initial states come from."""
        encoder = self.encoder(node)
        if encoder is not None:
            return [encoder]
        if getattr(node.call, "go_backwards", True):
            return []
        if any(reading.node not in self.aside for reading in node.starts):
            return []
        return self._givers_through(_keys(node.starts))

    def _givers_through(self, starts: Iterable[int]) -> list[int]:
        """Return the recurrent nodes whose final states reach vectors that stand aside."""
        found: list[int] = []
        waiting = list(starts)
        while waiting:
            for reading in self._nodes[waiting.pop()].reads:
                if reading.node is None:
                    continue
                if (
                    reading.is_state
                    or self._forms[reading.node].kind == "recurrent"
                ):
                    found.append(reading.node)
                elif reading.node in self.aside:
                    waiting.append(reading.node)
        return found


def _keys(readings: Iterable[Reading]) -> set[int]:
    return {r.node for r in readings if r.node is not None}


def _reads_backwards(node: Node) -> bool:
    return isinstance(node.call, RecurrentCall) and node.call.go_backwards


def _takers(nodes: Sequence[Node]) -> dict[int, list[int]]:
    """Return the keys of the nodes that read each node as data."""
    takers: dict[int, list[int]] = {}
    for node in nodes:
        for key in node.below:
            takers.setdefault(key, []).append(node.key)
    return takers
