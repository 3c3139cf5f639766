"""All that is said about one row: its use, its arrows, its values, who reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unrolled.diagrams.rows.connections import describe_connection
from unrolled.diagrams.rows.forms import Form
from unrolled.diagrams.rows.graph import UNSEEN, Graph, Node
from unrolled.diagrams.rows.names import Names
from unrolled.diagrams.rows.notes import write_notes
from unrolled.diagrams.rows.parts import PASSES, Link, Note
from unrolled.diagrams.rows.recurrent_notes import state_names
from unrolled.diagrams.rows.values import (
    column_shape,
    passes_unchanged,
    shown_filter,
    values_of,
)
from unrolled.diagrams.rows.visibility import as_recurrent


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
        outputs = reversed(self._names.whole_outputs(node))
        uses = map(self._names.output_text, outputs)
        notes = [Note(text, "targets") for text in uses]
        if node.role == "further":
            owner = self._names.of[node.key].short
            notes.append(Note(f"made by the same call as the row of {owner}"))
        if node.role == "call":
            notes += self._about_call(node, links)
        notes += self._about_map(node)
        notes += self._about_states(node)
        if node in self._unread:
            notes.append(self._unread[node])
        return tuple(notes)

    def _about_call(self, node: Node, links: Sequence[Link]) -> list[Note]:
        form = self._forms[node.key]
        notes: list[Note] = []
        if passes_unchanged(node, form):
            notes.append(PASSES)
        sources = [self._names.of[key].name for key in node.below]
        notes += write_notes(
            node.call,
            form.kind,
            tuple(dict.fromkeys(sources)),
            self._sample,
            self._about_links(node, links),
        )
        return notes

    def _about_links(self, node: Node, links: Sequence[Link]) -> list[Note]:
        """Return how many steps a step reads, and of what nobody knows which ones."""
        has_no_columns = self._forms[node.key].kind in ("box", "recurrent")
        if has_no_columns or node.call.attention is not None:
            return []
        notes = []
        for link in links:
            if link.row is None or link.is_state:
                continue
            if self._forms[link.row].kind == "box":
                continue
            name = self._names.of[link.row].name
            if len(links) == 1:
                name = "the row below"
            notes.append(describe_connection(link.connection, name))
        return list(filter(None, dict.fromkeys(notes)))

    def _about_map(self, node: Node) -> list[Note]:
        """Return which part of a map is drawn, where it has more than one."""
        form = self._forms[node.key]
        if form.kind == "box":
            return []
        values = values_of(node, form, node.call, self._sample)
        column = column_shape(form, values)
        if len(column) not in (3, 4):
            return []
        notes = []
        if len(column) == 4:
            planes = column[0]
            notes.append(Note(f"drawn: plane {planes // 2} of {planes}"))
        parts = column[-1]
        if parts > 1:
            _, word = form.axes[-1]
            part = word.removesuffix("s") or "part"
            shown = shown_filter(values)
            notes.append(Note(f"drawn: {part} {shown} of {parts}"))
        return notes

    def _about_states(self, node: Node) -> list[Note]:
        """Return which final states of a row are outputs of the model."""
        notes = []
        for number, (key, part) in enumerate(self._graph.outputs):
            if key == node.key and part > 0:
                names = state_names(as_recurrent(node.call))
                output = self._names.output_text(number)
                text = f"final state {names[part - 1]}: {output}"
                notes.append(Note(text, "targets"))
        return notes


def _find_unread(graph: Graph) -> dict[Node, Note]:
    """Return what is said of rows that nothing reads: their states alone go on, or nothing."""
    states, read = _find_read(graph)
    if UNSEEN in read:
        return {}  # whatever was made in call() may have been made of any row
    notes = {}
    for node in graph.nodes:
        has_values = node.role != "more" and node.call.outputs
        if has_values and node.key not in read:
            is_state_read = node.key in states
            notes[node] = _describe_unread(graph, node, is_state_read)
    return notes


def _find_read(graph: Graph) -> tuple[set[int], set[int]]:
    """Return the rows whose final states are read, and those that are read as a whole."""
    states: set[int] = set()
    whole = {key for key, part in graph.outputs if part == 0}
    for node in graph.nodes:
        whole.update(node.masks)
        for reading in (*node.reads, *node.starts):
            kind = states if reading.is_state else whole
            kind.add(reading.node)
    return states, whole


def _describe_unread(graph: Graph, node: Node, is_state_read: bool) -> Note:
    if is_state_read:
        return Note("only its final state is read")
    further = [other.call for other in graph.nodes if other.role == "further"]
    if node.role == "call" and node.call in further:
        return Note("only another output of it is read")
    return Note("read by no layer")
