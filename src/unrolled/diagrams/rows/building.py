"""The rows of a picture, from the bottom up, each complete when it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from unrolled.diagrams.rows.axes import Form, read_forms
from unrolled.diagrams.rows.captions import (
    Caption,
    describe_provenance,
    has_chosen_name,
    write_caption,
    write_input_caption,
)
from unrolled.diagrams.rows.connections import connect, describe_connection
from unrolled.diagrams.rows.graph import Node, Reading, read_graph
from unrolled.diagrams.rows.labels import Pairing, make_labels
from unrolled.diagrams.rows.notes import state_names, write_notes
from unrolled.diagrams.rows.placement import Placement
from unrolled.diagrams.rows.rows import (
    Array,
    BoxRow,
    InputRow,
    Link,
    Note,
    RecurrentRow,
    Row,
    StepsRow,
    VectorRow,
)
from unrolled.diagrams.rows.states import begin_texts, describe_reading, end_text
from unrolled.diagrams.rows.values import (
    cell_values,
    dropped_values,
    is_unchanged,
    masked_steps,
    sample_of,
    shown_filter,
)
from unrolled.model_io.nested import called
from unrolled.traces.calls import LayerCall, RecurrentCall, Trace


def build_rows(
    batches: Sequence[Trace],
    ys: Sequence[Sequence[Array]] | None,
    pairings: Mapping[int, Pairing],
    sample: int,
) -> list[Row]:
    """Return the rows of a picture, the first one at the bottom.

    batches: the runs to put side by side, of one model. ys: for each batch the labels of each output.
    pairings: by the number of an output how its loss pairs it with labels. sample: the one that is drawn.
    """
    return _Builder(batches, sample).build(ys, pairings)


class _Builder:
    """Knows the graph and the form of every node while rows are made of them."""

    def __init__(self, batches: Sequence[Trace], sample: int) -> None:
        self._trace, self._sample = batches[0], sample
        self._graph = read_graph(batches)
        self._nodes = {node.key: node for node in self._graph.nodes}
        self._forms = read_forms(self._graph, self._trace)
        self._placement = Placement(self._graph.nodes, self._forms)
        self._captions = {node.key: self._caption(node) for node in self._graph.nodes}
        self._names = {node.key: self._name(node) for node in self._graph.nodes}
        self._begin_names = {k: n or self._captions[k].title for k, n in self._names.items()}
        self._named = self._find_named()
        self._outputs: dict[int, list[int]] = {}
        for number, (key, _) in enumerate(self._graph.outputs):
            self._outputs.setdefault(key, []).append(number)

    def build(
        self, ys: Sequence[Sequence[Array]] | None, pairings: Mapping[int, Pairing]
    ) -> list[Row]:
        """Return the rows, with labels above each output; those of a decoder come last."""
        rows: list[Row] = []
        unread = self._find_unread()
        for node in self._graph.nodes:
            rows.append(self._row(node, unread.get(node.key)))
            for number in reversed(self._outputs.get(node.key, ())):
                if self._is_whole(number):
                    given = None if ys is None else [y[number] for y in ys]
                    rows.append(self._labels(number, node, given, pairings.get(number)))
        return sorted(rows, key=lambda row: row.segment)

    def _labels(
        self, number: int, node: Node, ys: Sequence[Array] | None, pairing: Pairing | None
    ) -> Row:
        title = "Labels y"
        names = self._trace.output_names
        if len(names) > 1:
            is_unique = names.count(names[number]) == 1
            title = f"Labels y for {names[number] if is_unique else f'output {number}'}"
        key = max(self._nodes) + 1 + number
        form = self._forms[node.key]
        segment = int(node.key in self._placement.decoder)
        return make_labels(
            key, node.key, title, form, node.calls, ys, pairing, self._sample, segment=segment
        )

    def _row(self, node: Node, unread: Note | None) -> Row:
        """Return the row of a node. unread: what is said where nothing reads it."""
        form = self._forms[node.key]
        links = tuple(self._link(node, reading) for reading in node.reads)
        notes = [*self._output_notes(node), *self._notes(node, form, links)]
        if unread is not None:
            notes.append(unread)
        caption = self._captions[node.key]
        common: dict[str, Any] = {
            "key": node.key,
            "name": self._names[node.key],
            "title": caption.title,
            "is_code": caption.is_code,
            "is_layer": node.role not in ("input", "output"),
            "is_output": node.key in self._outputs,
            "adjusts": node.role == "call" and node.call.facts.folds,
            "details": (*self._name_lines(node), *caption.details),
            "axes": form.axes,
            "notes": tuple(notes),
            "links": links,
            "masks": node.masks,
            "batches": len(node.calls),
            "timesteps": form.timesteps,
            "segment": int(node.key in self._placement.decoder),
            "aside": node.key in self._placement.aside,
            "subject": self._subject(node, caption),
            "weights": "" if node.role == "further" else node.call.weights.formula,
        }
        if form.kind == "box":
            return BoxRow(shapes=_shape_texts(node), **common)
        if form.kind == "recurrent":
            return self._recurrent_row(node, common)
        return self._values_row(node, form, links, common)

    def _values_row(
        self, node: Node, form: Form, links: tuple[Link, ...], common: dict[str, Any]
    ) -> Row:
        arrays = [call.outputs[0 if node.role == "output" else node.number] for call in node.calls]
        are_numbers = arrays[0].dtype.kind in "iub"
        common["values"] = self._shown_values(node, form)
        common["masked"] = tuple(self._masked(node, call) for call in node.calls)
        common["lost"] = tuple(self._lost(node, call) for call in node.calls)
        if form.kind == "input":
            is_looked_up = "x: ids" in self._captions[node.key].details
            words = [word for _, word in form.axes]
            return InputRow(
                are_ids=is_looked_up or are_numbers,
                samples=form.axes[0][0],
                has_features=words == ["batch", "timesteps", "features"],
                **common,
            )
        common["passes"] = self._passes(node)
        if form.kind == "vector":
            return VectorRow(**common)
        call = node.call
        attends = call.attention is not None and node.role == "call"
        return StepsRow(
            are_ids=are_numbers and node.role != "output",
            shares_weights=_shares_weights(call, links),
            attention=self._attention(node) if attends else (),
            attends_itself=attends and len(links) > 1 and links[0].row == links[1].row,
            **common,
        )

    def _recurrent_row(self, node: Node, common: dict[str, Any]) -> Row:
        calls = [call for call in node.calls if isinstance(call, RecurrentCall)]
        call = calls[0]
        begins = [begin_texts(c, node.starts, self._begin_names, self._sample) for c in calls]
        states = [tuple(state[self._sample] for state in c.states) for c in calls]
        givers = [self._nodes[r.node].call.layer_name for r in node.starts if r.node is not None]
        return RecurrentRow(
            values=self._shown_values(node, self._forms[node.key]),
            masked=tuple(masked_steps(c, self._sample, as_read=True) for c in calls),
            lost=(None,) * len(calls),
            state_names=state_names(call),
            states=tuple(states),
            begins=tuple(begins),
            end=end_text(call),
            story=describe_reading(calls, tuple(dict.fromkeys(givers)), self._sample),
            state_links=tuple(Link(r.node, r.part, r.is_state) for r in node.starts),
            encoder=self._placement.encoder(node),
            sequences=call.return_sequences,
            backwards=call.go_backwards,
            carries=call.stateful,
            keeps=call.stateful or call.return_state,
            returns_state=call.return_state,
            **common,
        )

    def _values(self, node: Node, call: LayerCall) -> Array:
        """Return the drawn sample of what a call returns or, of cells, computes at every step."""
        if self._forms[node.key].kind == "recurrent" and isinstance(call, RecurrentCall):
            return cell_values(call, self._sample)
        number = 0 if node.role == "output" else node.number
        return sample_of(call.outputs[number], self._sample)

    def _shown_values(self, node: Node, form: Form) -> tuple[Array, ...]:
        """Return the values that are drawn in each batch: of maps with filters those of one filter."""
        values = [self._values(node, call) for call in node.calls]
        if len(self._column(node, form)) not in (3, 4):
            return tuple(values)
        shown = shown_filter(values[0])
        return tuple(array[..., shown : shown + 1] for array in values)

    def _link(self, node: Node, reading: Reading) -> Link:
        if reading.node is None:
            return Link(None)
        if reading.is_state:
            return Link(reading.node, reading.part, True)
        source = self._nodes[reading.node]
        connection = connect(node, self._forms[node.key], reading, source, self._forms[source.key])
        return Link(reading.node, 0, False, connection)

    def _caption(self, node: Node) -> Caption:
        if node.role == "input":
            return write_input_caption(self._trace, node.call)
        if node.role == "more":
            title = f"… {node.left_out} more calls of {node.call.layer_name}"
            return Caption(title, ("same layer, same weights",))
        if node.role == "output":
            made_from = self._trace.outputs_made_from[node.number]
            return Caption("Output", (describe_provenance(made_from),))
        if node.role == "further":
            return Caption(f"output {node.number} of {node.call.layer_name}")
        return write_caption(self._trace, node.call, self._forms[node.key].kind)

    def _name(self, node: Node) -> str:
        """Return what a row is called in a sentence: its layer's name, with the number of the call."""
        if self._captions[node.key].title == "Input data":
            return "the input"
        name = node.call.layer_name
        if node.role == "more":
            return f"{node.left_out} more calls of {name}"
        return f"{name} (call {node.call.number + 1})" if node.call.number else name

    def _find_named(self) -> set[int]:
        """Return the rows that another row mentions by name, which therefore show theirs."""
        mentioned = set()
        for node in self._graph.nodes:
            for reading in (*node.starts, *(node.reads if len(node.reads) > 1 else ())):
                mentioned.add(reading.node)
        return {key for key in mentioned if key is not None}

    def _name_lines(self, node: Node) -> list[str]:
        shown = [number for number in self._outputs.get(node.key, ()) if self._is_whole(number)]
        is_one_of_many = bool(shown) and len(self._trace.outputs) > 1
        is_mentioned = node.key in self._named and node.role != "input"
        is_chosen = node.role == "call" and has_chosen_name(node.call)
        if node.call.layer_name and (is_one_of_many or is_mentioned or is_chosen):
            return [f"name={node.call.layer_name!r}"]
        return []

    def _subject(self, node: Node, caption: Caption) -> str:
        """Return how the words name a row."""
        if node.role in ("input", "output"):
            return caption.title
        title = node.call.constructor if node.role == "call" else caption.title
        return f"{title}, layer {node.call.path!r}"

    def _is_whole(self, number: int) -> bool:
        """Return whether an output of the model is what a row shows, not one of its final states."""
        return self._graph.outputs[number][1] == 0

    def _output_notes(self, node: Node) -> list[Note]:
        """Return what is said of a row that an output of the model shows."""
        many = len(self._trace.outputs) > 1
        notes = []
        for number in reversed(self._outputs.get(node.key, ())):
            if self._is_whole(number):
                notes.append(Note(self._output_text(number, many=many), "targets"))
        return notes

    def _output_text(self, number: int, *, many: bool) -> str:
        key = called(self._trace.output_paths[number])
        return f"the model's output {key or number}" if many else "the model's output"

    def _notes(self, node: Node, form: Form, links: Sequence[Link]) -> list[Note]:
        notes: list[Note] = []
        if node.role == "further":
            owner = self._begin_names[node.key]
            notes.append(Note(f"made by the same call as the row of {owner}"))
        elif node.role == "call":
            names = [self._names[link.row] for link in links if link.row is not None]
            notes += write_notes(
                node.call,
                form.kind,
                tuple(dict.fromkeys(names)),
                self._sample,
                self._about_links(node, links),
            )
            if self._passes(node):
                notes.insert(0, Note("passes its input unchanged", "ink"))
        notes += self._map_notes(node, form)
        return [*notes, *self._state_notes(node)]

    def _about_links(self, node: Node, links: Sequence[Link]) -> list[Note]:
        """Say how many steps a step reads, and of what nobody knows which ones."""
        if node.call.attention is not None or self._forms[node.key].kind in ("box", "recurrent"):
            return []
        notes = []
        for link in links:
            source = None if link.row is None or link.is_state else self._forms[link.row]
            if source is None or source.kind == "box":
                continue
            name = "row below" if len(links) == 1 else self._names[link.row or 0]
            notes.append(describe_connection(link.connection, name))
        return list(dict.fromkeys(note for note in notes if note is not None))

    def _state_notes(self, node: Node) -> list[Note]:
        """Return which final states of a row are outputs of the model."""
        notes = []
        many = len(self._trace.outputs) > 1
        for number in self._outputs.get(node.key, ()):
            part = self._graph.outputs[number][1]
            if part and isinstance(node.call, RecurrentCall):
                name = state_names(node.call)[part - 1]
                text = f"final state {name}: {self._output_text(number, many=many)}"
                notes.append(Note(text, "targets"))
        return notes

    def _map_notes(self, node: Node, form: Form) -> list[Note]:
        """Say which part of a map is drawn, where it has more than one."""
        if form.kind == "box" or node.role in ("more", "output"):
            return []
        column = self._column(node, form)
        notes = []
        if len(column) == 4:
            notes.append(Note(f"drawn: plane {column[0] // 2} of {column[0]}"))
        if len(column) in (3, 4) and column[-1] > 1:
            part = form.axes[-1][1].removesuffix("s") or "part"
            shown = shown_filter(self._values(node, node.call))
            notes.append(Note(f"drawn: {part} {shown} of {column[-1]}"))
        return notes

    def _column(self, node: Node, form: Form) -> tuple[int, ...]:
        call = node.call
        if form.kind == "recurrent" and isinstance(call, RecurrentCall):
            every = call.h if call.cell_output is None else call.cell_output
            return every.shape[2:]
        return tuple(size for size, _ in form.axes[2 if form.returns_steps else 1 :])

    def _passes(self, node: Node) -> bool:
        kind = self._forms[node.key].kind
        return node.role == "call" and kind in ("steps", "vector") and is_unchanged(node.call)

    def _masked(self, node: Node, call: LayerCall) -> Array | None:
        if node.role in ("further", "output"):
            return None
        return masked_steps(call, self._sample, as_read=False)

    def _lost(self, node: Node, call: LayerCall) -> Array | None:
        return dropped_values(call, self._sample) if node.role == "call" else None

    def _attention(self, node: Node) -> tuple[Array | None, ...]:
        """Return the attention weights of the drawn sample, the mean over heads."""
        weights: list[Array | None] = []
        for call in node.calls:
            if call.attention is None:
                weights.append(None)
                continue
            one = call.attention[self._sample]
            weights.append(one if one.ndim == 2 else one.mean(axis=0))
        return tuple(weights)

    def _find_unread(self) -> dict[int, Note]:
        """Say of a row that nothing reads it, where that is so: its states alone go on, or nothing."""
        readings = [r for node in self._graph.nodes for r in (*node.reads, *node.starts)]
        if any(reading.node is None for reading in readings):
            return {}  # whatever was made in call() may have been made of any row
        read = {r.node for r in readings if not r.is_state}
        read |= {key for node in self._graph.nodes for key in node.masks}
        read |= {key for key, part in self._graph.outputs if part == 0}
        states = {r.node for r in readings if r.is_state}
        notes = {}
        for node in self._graph.nodes:
            if node.key in read or node.role == "more" or not node.call.outputs:
                continue
            notes[node.key] = self._unread_note(node, node.key in states)
        return notes

    def _unread_note(self, node: Node, is_state_read: bool) -> Note:
        if is_state_read:
            return Note("only its final state is read")
        others = [n for n in self._graph.nodes if n.role == "further" and n.call is node.call]
        if node.role == "call" and others:
            return Note("only another output of it is read")
        return Note("read by no layer")


def _shares_weights(call: LayerCall, links: Sequence[Link]) -> bool:
    """Return whether the same weights are used at every step: not where a step reads all steps."""
    if not call.facts.shares_weights or not call.weights.count:
        return False
    known = [link.connection for link in links if link.connection is not None]
    return bool(known) and not any(c.source_steps > 1 and c.reads_all for c in known)


def _shape_texts(node: Node) -> tuple[str, ...]:
    number = 0 if node.role == "output" else node.number
    if node.role == "more" or not node.call.outputs:
        return ("…",) * len(node.calls)
    return tuple(str(tuple(call.outputs[number].shape)) for call in node.calls)
