"""All that is said about one row: its use, its arrows, its values, who reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unrolled.diagrams.rows.axes import Form
from unrolled.diagrams.rows.connections import describe_connection
from unrolled.diagrams.rows.graph import Graph, Node, Reading
from unrolled.diagrams.rows.names import Names
from unrolled.diagrams.rows.notes import state_names, write_notes
from unrolled.diagrams.rows.rows import Link, Note
from unrolled.diagrams.rows.values import (
    column_shape,
    passes_unchanged,
    shown_filter,
    values_of,
)
from unrolled.traces.calls import RecurrentCall


class RowNotes:
    """Writes the notes of every row of a picture."""

    def __init__(
        self, graph: Graph, forms: Mapping[int, Form], names: Names, sample: int
    ) -> None:
        self._graph, self._forms, self._names, self._sample = (
            graph,
            forms,
            names,
            sample,
        )
        self._unread = self._find_unread()

    def write(self, node: Node, links: Sequence[Link]) -> tuple[Note, ...]:
        """Return what is said about a row, the most important first."""
        notes = [
            Note(self._names.output_text(number), "targets")
            for number in reversed(self._names.whole_outputs(node))
        ]
        if node.role == "further":
            owner = self._names.begins[node.key]
            notes.append(Note(f"made by the same call as the row of {owner}"))
        elif node.role == "call":
            notes += self._about_call(node, links)
        notes += [*self._about_map(node), *self._about_states(node)]
        return (*notes, *self._unread.get(node.key, ()))

    def _about_call(self, node: Node, links: Sequence[Link]) -> list[Note]:
        form = self._forms[node.key]
        sources = [
            self._names.names[link.row]
            for link in links
            if link.row is not None
        ]
        arrows = self._about_links(node, links)
        unique = tuple(dict.fromkeys(sources))
        notes = write_notes(node.call, form.kind, unique, self._sample, arrows)
        if passes_unchanged(node, form):
            notes.insert(0, Note("passes its input unchanged", "ink"))
        return notes

    def _about_links(self, node: Node, links: Sequence[Link]) -> list[Note]:
        """Return how many steps a step reads, and of what nobody knows which ones."""
        if node.call.attention is not None or self._forms[node.key].kind in (
            "box",
            "recurrent",
        ):
            return []
        notes: dict[Note, None] = {}
        for link in links:
            if (
                link.row is None
                or link.is_state
                or self._forms[link.row].kind == "box"
            ):
                continue
            name = (
                "the row below"
                if len(links) == 1
                else self._names.names[link.row]
            )
            note = describe_connection(link.connection, name)
            if note is not None:
                notes[note] = None
        return list(notes)

    def _about_map(self, node: Node) -> list[Note]:
        """Return which part of a map is drawn, where it has more than one."""
        form = self._forms[node.key]
        if form.kind == "box" or node.role == "output":
            return []
        column = column_shape(node, form)
        notes = []
        if len(column) == 4:
            notes.append(Note(f"drawn: plane {column[0] // 2} of {column[0]}"))
        if len(column) in (3, 4) and column[-1] > 1:
            part = form.axes[-1][1].removesuffix("s") or "part"
            shown = shown_filter(values_of(node, form, node.call, self._sample))
            notes.append(Note(f"drawn: {part} {shown} of {column[-1]}"))
        return notes

    def _about_states(self, node: Node) -> list[Note]:
        """Return which final states of a row are outputs of the model."""
        notes = []
        for number in self._names.outputs.get(node.key, ()):
            part = self._graph.outputs[number][1]
            if part and isinstance(node.call, RecurrentCall):
                name = state_names(node.call)[part - 1]
                text = f"final state {name}: {self._names.output_text(number)}"
                notes.append(Note(text, "targets"))
        return notes

    def _find_unread(self) -> dict[int, tuple[Note, ...]]:
        """Return what is said of rows that nothing reads: their states alone go on, or nothing."""
        nodes = self._graph.nodes
        readings = [r for node in nodes for r in (*node.reads, *node.starts)]
        if any(reading.node is None for reading in readings):
            return {}  # whatever was made in call() may have been made of any row
        states, data = (
            _read_by(readings, states=True),
            _read_by(readings, states=False),
        )
        read = data | self._read_otherwise()
        unread = [
            node for node in nodes if node.key not in read and _has_values(node)
        ]
        return {
            node.key: (self._unread_note(node, node.key in states),)
            for node in unread
        }

    def _read_otherwise(self) -> set[int]:
        """Return the rows that are masks, or outputs of the model."""
        outputs = {key for key, part in self._graph.outputs if part == 0}
        return outputs.union(*(node.masks for node in self._graph.nodes))

    def _unread_note(self, node: Node, is_state_read: bool) -> Note:
        if is_state_read:
            return Note("only its final state is read")
        others = [
            n
            for n in self._graph.nodes
            if n.role == "further" and n.call is node.call
        ]
        if node.role == "call" and others:
            return Note("only another output of it is read")
        return Note("read by no layer")


def _read_by(readings: Sequence[Reading], *, states: bool) -> set[int | None]:
    """Return what is read: final states alone, or all the rest."""
    return {reading.node for reading in readings if reading.is_state == states}


def _has_values(node: Node) -> bool:
    return node.role != "more" and bool(node.call.outputs)
