"""All that is said about one row: its use, its arrows, its values, who reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from operator import attrgetter

from unrolled.diagrams.rows.connections import describe_connection
from unrolled.diagrams.rows.forms import Form
from unrolled.diagrams.rows.graph import UNSEEN, Graph, Node
from unrolled.diagrams.rows.names import Names
from unrolled.diagrams.rows.notes import write_notes
from unrolled.diagrams.rows.parts import PASSES, Link, Note
from unrolled.diagrams.rows.recurrent_notes import state_names
from unrolled.diagrams.rows.values import (
    MAPS,
    column_shape,
    passes_unchanged,
    shown_filter,
    values_of,
)
from unrolled.diagrams.rows.visibility import as_recurrent

# kinds of rows to which one arrow leads, whatever it reads: a box has no steps, and each cell of a
# recurrent layer reads its own one
_ONE_ARROW = ("box", "recurrent")


class RowNotes:
    """Writes the notes of every row of a picture."""

    def __init__(
        self, graph: Graph, forms: Mapping[int, Form], names: Names, sample: int
    ) -> None:
        self._graph = graph
        self._forms = forms
        self._names = names
        self._sample = sample
        self._unread = _find_unread(graph)

    def write(self, node: Node, links: Sequence[Link]) -> tuple[Note, ...]:
        """Return what is said about a row, the most important first."""
        notes: list[Note] = []
        # the labels of the last output stand right above the row, so that it is named first
        for number in reversed(self._names.whole_outputs(node)):
            text = self._names.output_text(number)
            notes.append(Note(text, "targets"))
        if node.role == "further":
            owner = self._names.of[node.key].short
            text = f"made by the same call as the row of {owner}"
            notes.append(Note(text))
        if node.role == "call":
            notes += self._about_call(node, links)
        notes += self._about_map(node)
        notes += self._about_states(node)
        notes += self._unread.get(node.key, [])
        return tuple(notes)

    def _about_call(self, node: Node, links: Sequence[Link]) -> list[Note]:
        form = self._forms[node.key]
        notes: list[Note] = []
        if passes_unchanged(node, form):
            # its values say nothing new
            notes.append(PASSES)
        sources: dict[str, None] = {}
        for key in node.below:
            # a row that is read twice is named once
            name = self._names.of[key].name
            sources[name] = None
        notes += write_notes(
            node.call,
            form.kind,
            tuple(sources),
            self._sample,
            self._about_links(node, links),
        )
        return notes

    def _about_links(self, node: Node, links: Sequence[Link]) -> list[Note]:
        """Return how many steps a step reads, and of what nobody knows which ones."""
        if self._forms[node.key].kind in _ONE_ARROW:
            return []
        if node.call.attention is not None:
            # its lines or squares show which step weighs which
            return []
        notes: dict[Note, None] = {}
        for link in links:
            if link.row is None:
                # nobody can see what it reads
                continue
            if link.is_state:
                # a state is one vector
                continue
            if self._forms[link.row].kind == "box":
                # it shows no steps that could be read
                continue
            name = "the row below"
            if len(links) > 1:
                # then it is not clear which one is meant
                name = self._names.of[link.row].name
            said = describe_connection(link.connection, name)
            # of two rows of the same name it is said once
            notes |= dict.fromkeys(said)
        return list(notes)

    def _about_map(self, node: Node) -> list[Note]:
        """Return which part of a map is drawn, where it has more than one."""
        form = self._forms[node.key]
        if form.kind == "box":
            # its values are not drawn
            return []
        values = values_of(node, form, node.call, self._sample)
        column = column_shape(form, values)
        if len(column) not in MAPS:
            return []
        notes = []
        if len(column) == 4:
            # a volume is drawn as the plane in its middle
            planes = column[0]
            middle = planes // 2
            text = f"drawn: plane {middle} of {planes}"
            notes.append(Note(text))
        parts = column[-1]
        if parts > 1:
            _, word = form.axes[-1]
            # "filters" is the word of the axis; of an axis that has none nobody knows its parts
            part = word.removesuffix("s") or "part"
            shown = shown_filter(values)
            text = f"drawn: {part} {shown} of {parts}"
            notes.append(Note(text))
        return notes

    def _about_states(self, node: Node) -> list[Note]:
        """Return which final states of a row are outputs of the model."""
        notes = []
        for number, (key, part) in enumerate(self._graph.outputs):
            # part 0 is what the row shows, and no state
            if key == node.key and part > 0:
                names = state_names(as_recurrent(node.call))
                state = names[part - 1]
                output = self._names.output_text(number)
                text = f"final state {state}: {output}"
                notes.append(Note(text, "targets"))
        return notes


def _find_unread(graph: Graph) -> dict[int, list[Note]]:
    """Return what is said of rows that nothing reads, by their keys."""
    whole, states = _find_read(graph)
    if UNSEEN in whole:
        # whatever was made in call() may have been made of any row
        return {}
    # a call has a row for each of its outputs that is read
    rows_of_call = Counter(map(attrgetter("call"), graph.nodes))
    notes = {}
    for node in graph.nodes:
        if node.key in whole:
            continue
        if not node.call.outputs:
            # there is nothing that could be read
            continue
        if node.role == "more":
            # each of the calls that are left out may be read by another layer, or by none
            continue
        text = "read by no layer"
        # each further output of a call has a row of its own
        if node.role == "call" and rows_of_call[node.call] > 1:
            text = "only another output of it is read"
        if node.key in states:
            text = "only its final state is read"
        notes[node.key] = [Note(text)]
    return notes


def _find_read(graph: Graph) -> tuple[set[int], set[int]]:
    """Return the keys of what is read as a whole, and those of which a final state is read."""
    whole: set[int] = set()
    states: set[int] = set()
    for key, part in graph.outputs:
        # a final state that is an output of the model has a note of its own
        if part == 0:
            whole.add(key)
    for node in graph.nodes:
        # a mask is read as data are
        whole.update(node.masks)
        # an initial state may be a whole row too, such as a vector from another layer
        for reading in (*node.reads, *node.starts):
            if reading.is_state:
                states.add(reading.node)
            else:
                whole.add(reading.node)
    return whole, states
