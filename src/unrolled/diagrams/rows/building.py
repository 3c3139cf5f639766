"""The rows of a picture, from the bottom up, each complete when it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import Any

from unrolled.diagrams.rows.connections import connect
from unrolled.diagrams.rows.forms import Form, read_forms
from unrolled.diagrams.rows.graph import UNSEEN, Node, Reading
from unrolled.diagrams.rows.graph_reading import read_graph
from unrolled.diagrams.rows.labels import Pairing, make_labels
from unrolled.diagrams.rows.names import Names
from unrolled.diagrams.rows.parts import Array, Link
from unrolled.diagrams.rows.placement import Placement
from unrolled.diagrams.rows.recurrent_notes import state_names
from unrolled.diagrams.rows.row_notes import RowNotes
from unrolled.diagrams.rows.rows import (
    BoxRow,
    InputRow,
    RecurrentRow,
    Row,
    StepsRow,
    VectorRow,
)
from unrolled.diagrams.rows.states import (
    begin_texts,
    describe_reading,
    end_text,
)
from unrolled.diagrams.rows.values import (
    attention_weights,
    dropped_values,
    masked_steps,
    output_of,
    passes_unchanged,
    shown_values,
)
from unrolled.diagrams.rows.visibility import as_recurrent
from unrolled.traces.layer_calls import LayerCall
from unrolled.traces.trace import Trace

# the axes of an input whose features get names
_FEATURES = ("batch", "timesteps", "features")
_WHOLE = "iub"  # the kinds of dtypes that hold whole numbers


def build_rows(
    batches: Sequence[Trace],
    ys: Sequence[Sequence[Array]] | None,
    pairings: Mapping[int, Pairing],
    sample: int,
) -> list[Row]:
    """Return the rows of a picture, the first one at the bottom.

    batches: the runs to put side by side, of one model. ys: for each batch the labels of each
    output. pairings: by the number of an output how its loss pairs it with labels. sample: the
    drawn one.
    """
    return _Builder(batches, sample).build(ys, pairings)


class _Builder:
    """Knows the graph and the form of every node while rows are made of them."""

    def __init__(self, batches: Sequence[Trace], sample: int) -> None:
        graph = read_graph(batches)
        forms = read_forms(graph, batches[0])
        names = Names(graph, forms, batches[0])
        self._sample = sample
        self._nodes = {node.key: node for node in graph.nodes}
        self._forms = forms
        self._names = names
        self._placement = Placement(graph.nodes, forms)
        # 1 for a decoder, which stands at the right of its encoder
        self._segments = dict.fromkeys(self._nodes, 0)
        self._segments |= dict.fromkeys(self._placement.decoder, 1)
        self._notes = RowNotes(graph, forms, names, sample)
        # also of layers whose final states alone are outputs
        self._outputs = set(map(itemgetter(0), graph.outputs))

    def build(
        self,
        ys: Sequence[Sequence[Array]] | None,
        pairings: Mapping[int, Pairing],
    ) -> list[Row]:
        """Return the rows, with labels above each output; those of a decoder come last."""
        rows: list[Row] = []
        for node in self._nodes.values():
            rows.append(self._row(node))
            for number in reversed(self._names.whole_outputs(node)):
                labels = None
                if ys is not None:
                    # of each batch those of this output
                    labels = list(map(itemgetter(number), ys))
                row = make_labels(
                    # no node has such a number
                    key=max(self._nodes) + 1 + number,
                    output=node.key,
                    title=self._names.labels_title(number),
                    form=self._forms[node.key],
                    calls=node.calls,
                    ys=labels,
                    pairing=pairings.get(number),
                    sample=self._sample,
                    segment=self._segments[node.key],
                )
                rows.append(row)
        # sorting keeps the order of rows in one segment
        return sorted(rows, key=attrgetter("segment"))

    def _row(self, node: Node) -> Row:
        """Return the row of a node."""
        form = self._forms[node.key]
        common = self._common(node, form)
        if form.kind == "box":
            return BoxRow(shapes=_shape_texts(node), **common)
        sample = self._sample
        masked = []
        lost = []
        for call in node.calls:
            masked.append(masked_steps(node, form, call, sample))
            lost.append(dropped_values(call, sample))
        common["masked"] = tuple(masked)
        common["lost"] = tuple(lost)
        common["values"] = shown_values(node, form, sample)
        common["passes"] = passes_unchanged(node, form)
        if form.kind == "vector":
            return VectorRow(**common)
        make = {
            "input": self._input_row,
            "recurrent": self._recurrent_row,
            "steps": self._steps_row,
        }
        return make[form.kind](node, common)

    def _common(self, node: Node, form: Form) -> dict[str, Any]:
        """Return what all kinds of rows know of a node."""
        name = self._names.of[node.key]
        caption = name.caption
        links = tuple(self._link(node, reading) for reading in node.reads)
        weights = node.call.weights.formula
        if node.role == "further":
            # the row of the call itself has them
            weights = ""
        return {
            "key": node.key,
            "name": name.name,
            "title": caption.title,
            "is_code": caption.is_code,
            "is_layer": node.role not in ("input", "output"),
            "is_output": node.key in self._outputs,
            "adjusts": node.role == "call" and node.call.facts.folds,
            "details": (*self._names.name_lines(node), *caption.details),
            "axes": form.axes,
            "notes": self._notes.write(node, links),
            "links": links,
            "masks": node.masks,
            "batches": len(node.calls),
            "timesteps": form.timesteps,
            "returns_steps": form.returns_steps,
            "segment": self._segments[node.key],
            "aside": node.key in self._placement.aside,
            "subject": name.subject,
            "weights": weights,
        }

    def _input_row(self, node: Node, common: dict[str, Any]) -> InputRow:
        sizes, words = zip(*self._forms[node.key].axes, strict=True)
        # ids may come as floats, which the layer that looks them up casts
        are_looked_up = "x: ids" in common["details"]
        names: tuple[str, ...] = ()
        if words == _FEATURES:
            names = tuple(map("feature {}".format, range(sizes[-1])))
        return InputRow(
            are_ids=are_looked_up or _is_whole(node),
            samples=sizes[0],
            value_names=names,
            **common,
        )

    def _steps_row(self, node: Node, common: dict[str, Any]) -> StepsRow:
        links = common["links"]
        attention: tuple[Array, ...] = ()
        attends_itself = False
        if node.role == "call":
            attention = attention_weights(node, self._sample)
        if attention:
            # query and value are the same row, which is read twice
            rows = list(map(attrgetter("row"), links[:2]))
            attends_itself = self._is_read_twice(rows, common["timesteps"])
        are_ids = _is_whole(node)
        if node.role == "output":
            # what call() made of ids need not name anything
            are_ids = False
        return StepsRow(
            are_ids=are_ids,
            shares_weights=_shares_weights(node.call, links),
            attention=attention,
            attends_itself=attends_itself,
            **common,
        )

    def _is_read_twice(
        self, rows: Sequence[int | None], timesteps: int | None
    ) -> bool:
        """Return whether query and value are one row that is drawn with so many steps."""
        query, *others = rows
        if query is None or others != [query]:
            return False
        form = self._forms[query]
        # a box has no columns that lines could begin at
        has_columns = form.kind in ("input", "recurrent", "steps")
        return has_columns and form.timesteps == timesteps

    def _recurrent_row(
        self, node: Node, common: dict[str, Any]
    ) -> RecurrentRow:
        sample = self._sample
        names = {key: name.short for key, name in self._names.of.items()}
        calls = list(map(as_recurrent, node.calls))
        call = calls[0]
        givers: dict[str, None] = {}
        for key in node.states_from:
            giver = self._nodes[key].call.layer_name
            # one layer may give all of the states
            givers[giver] = None
        of_sample = itemgetter(sample)
        begins = []
        states = []
        for one in calls:
            begins.append(begin_texts(one, node.starts, names, sample))
            states.append(tuple(map(of_sample, one.states)))
        return RecurrentRow(
            state_names=state_names(call),
            states=tuple(states),
            begins=tuple(begins),
            end=end_text(call),
            story=describe_reading(calls, list(givers), sample),
            starts=tuple(map(_state_link, node.starts)),
            encoder=self._placement.encoder(node),
            sequences=call.return_sequences,
            backwards=call.go_backwards,
            carries=call.stateful,
            keeps=call.stateful or call.return_state,
            returns_state=call.return_state,
            **common,
        )

    def _link(self, node: Node, reading: Reading) -> Link:
        if reading.node == UNSEEN or reading.is_state:
            # which step of it is read is not asked
            return _state_link(reading)
        source = self._nodes[reading.node]
        form = self._forms[node.key]
        source_form = self._forms[source.key]
        connection = connect(node, reading, source, form, source_form)
        return Link(reading.node, connection=connection)


def _state_link(reading: Reading) -> Link:
    """Return a link to a final state, or to what nobody can see."""
    if reading.node == UNSEEN:
        return Link(None)
    return Link(reading.node, reading.part, reading.is_state)


def _is_whole(node: Node) -> bool:
    """Return whether a node shows whole numbers, which name something."""
    return output_of(node, node.call).dtype.kind in _WHOLE


def _shares_weights(call: LayerCall, links: Sequence[Link]) -> bool:
    """Return whether the same weights are used at every step: not where a step reads all steps."""
    if not call.facts.shares_weights:
        return False
    if call.weights.count == 0:
        return False
    connections = map(attrgetter("connection"), links)
    known = list(filter(None, connections))
    for connection in known:
        # of a vector every step reads all that there is
        if connection.source_steps > 1 and connection.reads_all:
            return False
    # where nothing is known of the steps, the same weights may read all of them at once
    return len(known) > 0


def _shape_texts(node: Node) -> tuple[str, ...]:
    """Return what stands in the box of a row without columns, for each batch."""
    unknown = ("…",) * len(node.calls)
    if node.role == "more":
        # the calls that are left out may return other shapes
        return unknown
    if not node.call.outputs:
        return unknown
    texts = []
    for call in node.calls:
        # the batches may differ in their number of samples
        array = output_of(node, call)
        texts.append(str(array.shape))
    return tuple(texts)
