"""What stands beside the columns: vectors that give initial states, and the decoder."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import permutations
from operator import attrgetter

from unrolled.diagrams.rows.forms import Form
from unrolled.diagrams.rows.graph import UNSEEN, Node
from unrolled.diagrams.rows.visibility import as_recurrent
from unrolled.traces.recurrent_calls import RecurrentCall

# forms that have one column, and therefore room beside the others
_VECTORS = ("vector", "input")


class Placement:
    """Which nodes stand aside, and which ones belong to the decoder.

    Several batches side by side leave no room for either: then all stand in the same columns.
    """

    def __init__(
        self, nodes: Sequence[Node], forms: Mapping[int, Form]
    ) -> None:
        self._forms = forms
        self._nodes: dict[int, Node] = {}
        self._recurrent: dict[int, RecurrentCall] = {}
        self._timesteps: dict[int, int | None] = {}
        # by node its own key with all that it depends on, and with all that depend on it
        self._ancestors: dict[int, set[int]] = {}
        self._dependants: defaultdict[int, set[int]] = defaultdict(set)
        for node in nodes:
            self._add(node)
        self.aside: set[int] = set()
        self.decoder: set[int] = set()
        batches = len(nodes[0].calls)
        if batches > 1:
            return
        # vectors aside come first, as a decoder may start from them
        self._find_aside(nodes)
        self._find_decoder(nodes)
        if not self.decoder:
            self._part_time_axes(nodes)

    def _add(self, node: Node) -> None:
        """Note what a node is and what it depends on, which stands below it and is known."""
        key = node.key
        form = self._forms[key]
        self._nodes[key] = node
        self._timesteps[key] = form.timesteps
        if form.kind == "recurrent":
            self._recurrent[key] = as_recurrent(node.call)
        sources = (*node.below, *node.states_from, *node.masks)
        below = map(self._ancestors.__getitem__, sources)
        ancestors = {key}.union(*below)
        self._ancestors[key] = ancestors
        for ancestor in ancestors:
            self._dependants[ancestor].add(key)

    def encoder(self, node: Node) -> int | None:
        """Return the key of the row that hands all its final states over to this one.

        Where a layer returns h of its last step, that is its first state, read as an output.
        """
        sources = set(node.states_from)
        if len(sources) != 1:
            # its states are zeros, or put together from several layers
            return None
        (source,) = sources
        call = as_recurrent(node.call)
        taken = len(call.states)
        given = len(node.starts)
        seen = len(node.states_from)
        if not seen == given == taken:
            # nobody can see where one of them comes from, or one is made of several
            return None
        parts = list(map(attrgetter("part"), node.starts))
        match self._recurrent.get(source):
            case None:
                # a vector is no final state
                return None
            case RecurrentCall(go_backwards=True):
                # its final state is at the left of its row, far from what stands at the right
                return None
            case RecurrentCall(return_sequences=False, cell_output=None):
                # what it returns is its first state
                parts[0] = 1
        if 0 in parts:
            # something else that it returns, which is no state
            return None
        return source

    def _find_aside(self, nodes: Sequence[Node]) -> None:
        """Find the vectors that only give initial states, and what only they read."""
        giving: set[int] = set()
        # of each node: the nodes that read it as data
        readers: defaultdict[int, set[int]] = defaultdict(set)
        # of each node: the layers that read it as anything else than an initial state
        paths: defaultdict[int, set[str]] = defaultdict(set)
        # what is above comes first, so that it is known whether all that read a row stand aside
        for node in reversed(nodes):
            key = node.key
            path = node.call.path
            # what nothing reads belongs to the columns
            own_readers = readers.get(key, {UNSEEN})
            is_aside = own_readers <= self.aside
            if key in giving:
                # further outputs of a layer and its calls that are left out read the layer itself
                is_aside = paths[key] <= {path}
            if is_aside and self._is_vector(node):
                self.aside.add(key)
            if not _reads_backwards(node):
                # else the states enter at the right end
                giving.update(node.states_from)
            for source in node.below:
                readers[source].add(key)
            for source in (*node.below, *node.masks):
                paths[source].add(path)

    def _is_vector(self, node: Node) -> bool:
        """Return whether a node has the room that is aside: a vector for each sample."""
        form = self._forms[node.key]
        if form.kind not in _VECTORS:
            return False
        if form.timesteps is not None:
            # an input with a column for each timestep
            return False
        # one number for each sample is no vector
        return len(form.axes) > 1

    def _find_decoder(self, nodes: Sequence[Node]) -> None:
        """Find the decoders that start from an encoder's final states, and all above and below."""
        encoders: set[int] = set()
        decoders: set[int] = set()
        for node in nodes:
            for giver in self._givers(node):
                # what an encoder reads stands below it
                encoders |= self._ancestors[giver]
                decoders.add(node.key)
        both = encoders & decoders
        if both:
            # what an encoder depends on cannot stand beside it
            return
        for key in decoders:
            # what it reads besides the encoder: its own input
            ancestors = self._ancestors[key]
            own_sources = ancestors - encoders
            self.decoder |= own_sources
            # what reads it, with itself
            self.decoder |= self._dependants[key]

    def _givers(self, node: Node) -> set[int]:
        """Return the recurrent nodes that a decoder's initial states come from."""
        encoder = self.encoder(node)
        if encoder is not None:
            return {encoder}
        if _reads_backwards(node):
            # it begins at the right end of its row, far from an encoder
            return set()
        waiting = set(map(attrgetter("node"), node.starts))
        if not waiting <= self.aside:
            # it starts from something that stands in its own columns
            return set()
        # vectors in between, such as a Dense that makes the state of the decoder
        givers: set[int] = set()
        while waiting:
            key = waiting.pop()
            vector = self._nodes[key]
            below = set(vector.below)
            givers |= below & self._recurrent.keys()
            waiting |= below & self.aside
        return givers

    def _part_time_axes(self, nodes: Sequence[Node]) -> None:
        """Put one of two inputs of other lengths, such as story and question, beside the other one.

        What depends on both stands with the second one, whose steps it must have if it has any.
        """
        inputs: dict[int, int] = {}
        for node in nodes:
            form = self._forms[node.key]
            timesteps = form.timesteps
            if form.kind == "input" and timesteps:
                inputs[node.key] = timesteps
        lengths = set(inputs.values())
        if not len(inputs) == len(lengths) == 2:
            # steps of one length stand in the same columns; a third input would find no room
            return
        # the columns of the second one are put at the right of those of the first one
        for first, second in permutations(inputs):
            beside = self._dependants[second]
            below = self._nodes.keys() - beside
            # in neither part may a row have timesteps that its columns lack
            lengths_below = self._lengths(below)
            lengths_beside = self._lengths(beside)
            found = (lengths_below, lengths_beside)
            own_lengths = ({inputs[first]}, {inputs[second]})
            if found == own_lengths:
                self.decoder = beside
                return

    def _lengths(self, keys: Iterable[int]) -> set[int | None]:
        """Return how many timesteps some rows have, without those that have none."""
        lengths = set(map(self._timesteps.get, keys))
        lengths.discard(None)
        return lengths


def _reads_backwards(node: Node) -> bool:
    """Return whether a node is a recurrent layer that begins at its last step."""
    return getattr(node.call, "go_backwards", False)
