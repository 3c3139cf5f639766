"""The rows of a picture, from the bottom up, each complete when it is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from unrolled.diagrams.rows.axes import Form, read_forms
from unrolled.diagrams.rows.connections import connect
from unrolled.diagrams.rows.graph import Node, Reading, read_graph
from unrolled.diagrams.rows.labels import Pairing, make_labels
from unrolled.diagrams.rows.names import Names
from unrolled.diagrams.rows.notes import state_names
from unrolled.diagrams.rows.placement import Placement
from unrolled.diagrams.rows.row_notes import RowNotes
from unrolled.diagrams.rows.rows import (
    Array,
    BoxRow,
    InputRow,
    Link,
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
from unrolled.traces.calls import LayerCall, RecurrentCall, Trace

_FEATURES = (
    "batch",
    "timesteps",
    "features",
)  # of an input whose features get names


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
        self._sample = sample
        self._graph = read_graph(batches)
        self._nodes = {node.key: node for node in self._graph.nodes}
        self._forms = read_forms(self._graph, batches[0])
        self._placement = Placement(self._graph.nodes, self._forms)
        self._names = Names(self._graph, self._forms, batches[0])
        self._notes = RowNotes(self._graph, self._forms, self._names, sample)

    def build(
        self,
        ys: Sequence[Sequence[Array]] | None,
        pairings: Mapping[int, Pairing],
    ) -> list[Row]:
        """Return the rows, with labels above each output; those of a decoder come last."""
        rows: list[Row] = []
        for node in self._graph.nodes:
            rows.append(self._row(node))
            for number in reversed(self._names.whole_outputs(node)):
                labels = None if ys is None else [y[number] for y in ys]
                rows.append(
                    self._labels(number, node, labels, pairings.get(number))
                )
        return sorted(rows, key=lambda row: row.segment)

    def _labels(
        self,
        number: int,
        node: Node,
        ys: Sequence[Array] | None,
        pairing: Pairing | None,
    ) -> Row:
        return make_labels(
            key=max(self._nodes) + 1 + number,
            output=node.key,
            title=self._names.labels_title(number),
            form=self._forms[node.key],
            calls=node.calls,
            ys=ys,
            pairing=pairing,
            sample=self._sample,
            segment=self._segment(node),
        )

    def _segment(self, node: Node) -> int:
        return int(node.key in self._placement.decoder)

    def _row(self, node: Node) -> Row:
        """Return the row of a node."""
        form = self._forms[node.key]
        links = tuple(self._link(node, reading) for reading in node.reads)
        caption = self._names.captions[node.key]
        common: dict[str, Any] = {
            "key": node.key,
            "name": self._names.names[node.key],
            "title": caption.title,
            "is_code": caption.is_code,
            "is_layer": node.role not in ("input", "output"),
            "is_output": node.key in self._names.outputs,
            "adjusts": node.role == "call" and node.call.facts.folds,
            "details": (*self._names.name_lines(node), *caption.details),
            "axes": form.axes,
            "notes": self._notes.write(node, links),
            "links": links,
            "masks": node.masks,
            "batches": len(node.calls),
            "timesteps": form.timesteps,
            "segment": self._segment(node),
            "aside": node.key in self._placement.aside,
            "subject": self._names.subject(node),
            "weights": ""
            if node.role == "further"
            else node.call.weights.formula,
        }
        if form.kind == "box":
            return BoxRow(shapes=_shape_texts(node), **common)
        return self._values_row(node, form, links, common)

    def _values_row(
        self,
        node: Node,
        form: Form,
        links: Sequence[Link],
        common: dict[str, Any],
    ) -> Row:
        sample = self._sample
        common["values"] = shown_values(node, form, sample)
        common["masked"] = tuple(
            masked_steps(node, form, call, sample) for call in node.calls
        )
        common["lost"] = tuple(
            dropped_values(node, call, sample) for call in node.calls
        )
        common["passes"] = passes_unchanged(node, form)
        if form.kind == "input":
            return self._input_row(node, form, common)
        if form.kind == "recurrent":
            return self._recurrent_row(node, common)
        if form.kind == "vector":
            return VectorRow(**common)
        return self._steps_row(node, links, common)

    def _input_row(self, node: Node, form: Form, common: dict[str, Any]) -> Row:
        is_looked_up = "x: ids" in self._names.captions[node.key].details
        return InputRow(
            are_ids=is_looked_up
            or output_of(node, node.call).dtype.kind in "iub",
            samples=form.axes[0][0],
            has_features=tuple(word for _, word in form.axes) == _FEATURES,
            **common,
        )

    def _steps_row(
        self, node: Node, links: Sequence[Link], common: dict[str, Any]
    ) -> Row:
        is_whole = output_of(node, node.call).dtype.kind in "iub"
        attends = node.call.attention is not None and node.role == "call"
        return StepsRow(
            are_ids=is_whole and node.role != "output",
            shares_weights=_shares_weights(node.call, links),
            attention=attention_weights(node, self._sample) if attends else (),
            attends_itself=attends
            and len(links) > 1
            and links[0].row == links[1].row,
            **common,
        )

    def _recurrent_row(self, node: Node, common: dict[str, Any]) -> Row:
        calls = [call for call in node.calls if isinstance(call, RecurrentCall)]
        call, sample, names = calls[0], self._sample, self._names.begins
        givers = self._givers(node)
        return RecurrentRow(
            state_names=state_names(call),
            states=tuple(
                tuple(state[sample] for state in one.states) for one in calls
            ),
            begins=tuple(
                begin_texts(one, node.starts, names, sample) for one in calls
            ),
            end=end_text(call),
            story=describe_reading(calls, givers, sample),
            state_links=tuple(
                Link(r.node, r.part, r.is_state) for r in node.starts
            ),
            encoder=self._placement.encoder(node),
            sequences=call.return_sequences,
            backwards=call.go_backwards,
            carries=call.stateful,
            keeps=call.stateful or call.return_state,
            returns_state=call.return_state,
            **common,
        )

    def _givers(self, node: Node) -> tuple[str, ...]:
        """Return the names of the layers that initial states come from."""
        keys = [
            reading.node for reading in node.starts if reading.node is not None
        ]
        return tuple(
            dict.fromkeys(self._nodes[key].call.layer_name for key in keys)
        )

    def _link(self, node: Node, reading: Reading) -> Link:
        if reading.node is None:
            return Link(None)
        if reading.is_state:
            return Link(reading.node, reading.part, True)
        source = self._nodes[reading.node]
        forms = self._forms[node.key], self._forms[source.key]
        return Link(
            reading.node, connection=connect(node, reading, source, *forms)
        )


def _shares_weights(call: LayerCall, links: Sequence[Link]) -> bool:
    """Return whether the same weights are used at every step: not where a step reads all steps."""
    if not call.facts.shares_weights or not call.weights.count:
        return False
    known = [link.connection for link in links if link.connection is not None]
    return bool(known) and not any(
        c.source_steps > 1 and c.reads_all for c in known
    )


def _shape_texts(node: Node) -> tuple[str, ...]:
    """Return what stands in the box of a row without columns, for each batch."""
    if node.role == "more" or not node.call.outputs:
        return ("…",) * len(node.calls)
    return tuple(str(tuple(output_of(node, call).shape)) for call in node.calls)
