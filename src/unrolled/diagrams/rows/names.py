"""What each row is called: its caption, its name in a sentence, how the words begin."""

from __future__ import annotations

from collections.abc import Mapping

from unrolled.diagrams.rows.axes import Form
from unrolled.diagrams.rows.captions import (
    Caption,
    describe_provenance,
    has_chosen_name,
    write_caption,
    write_input_caption,
)
from unrolled.diagrams.rows.graph import Graph, Node
from unrolled.model_io.nested import called
from unrolled.traces.calls import Trace


class Names:
    """The names of all rows of a picture.

    Attributes
    ----------
    captions : dict
        The title and the lines under it, by the key of a row.
    names : dict
        What a row is called in a sentence.
    begins : dict
        What stands where a state begins that comes from a row.
    outputs : dict
        The numbers of the outputs of the model that a row shows.
    """

    def __init__(
        self, graph: Graph, forms: Mapping[int, Form], trace: Trace
    ) -> None:
        self._graph, self._trace = graph, trace
        self.captions = {
            n.key: self._caption(n, forms[n.key]) for n in graph.nodes
        }
        self.names = {n.key: self._name(n) for n in graph.nodes}
        self.begins = {
            key: n or self.captions[key].title for key, n in self.names.items()
        }
        self._mentioned = self._find_mentioned()
        self.outputs: dict[int, list[int]] = {}
        for number, (key, _) in enumerate(graph.outputs):
            self.outputs.setdefault(key, []).append(number)

    def whole_outputs(self, node: Node) -> list[int]:
        """Return the outputs of the model that a row shows, without those that are final states."""
        numbers = self.outputs.get(node.key, [])
        return [
            number for number in numbers if self._graph.outputs[number][1] == 0
        ]

    def output_text(self, number: int) -> str:
        """Return how an output of the model is called."""
        if len(self._trace.outputs) == 1:
            return "the model's output"
        return f"the model's output {called(self._trace.output_paths[number]) or number}"

    def labels_title(self, number: int) -> str:
        """Return the title of the labels of an output."""
        names = self._trace.output_names
        if len(names) < 2:
            return "Labels y"
        is_unique = names.count(names[number]) == 1
        return (
            f"Labels y for {names[number] if is_unique else f'output {number}'}"
        )

    def name_lines(self, node: Node) -> list[str]:
        """Return the line with the name of a layer, if it was chosen or others mention it."""
        name = node.call.layer_name
        is_one_of_many = len(self._trace.outputs) > 1 and bool(
            self.whole_outputs(node)
        )
        is_mentioned = node.key in self._mentioned and node.role != "input"
        is_chosen = node.role == "call" and has_chosen_name(node.call)
        if name and (is_one_of_many or is_mentioned or is_chosen):
            return [f"name={name!r}"]
        return []

    def subject(self, node: Node) -> str:
        """Return how the words name a row."""
        title = self.captions[node.key].title
        if node.role in ("input", "output"):
            return title
        if node.role == "call":
            title = node.call.constructor
        return f"{title}, layer {node.call.path!r}"

    def _caption(self, node: Node, form: Form) -> Caption:
        call = node.call
        if node.role == "input":
            return write_input_caption(self._trace, call)
        if node.role == "more":
            title = f"… {node.left_out} more calls of {call.layer_name}"
            return Caption(title, ("same layer, same weights",))
        if node.role == "output":
            made_from = self._trace.outputs_made_from[node.number]
            return Caption("Output", (describe_provenance(made_from),))
        if node.role == "further":
            return Caption(f"output {node.number} of {call.layer_name}")
        return write_caption(self._trace, call, form.kind)

    def _name(self, node: Node) -> str:
        """Return what a row is called in a sentence: its layer, with the number of the call."""
        if self.captions[node.key].title == "Input data":
            return "the input"
        name = node.call.layer_name
        if node.role == "more":
            return f"{node.left_out} more calls of {name}"
        return (
            f"{name} (call {node.call.number + 1})"
            if node.call.number
            else name
        )

    def _find_mentioned(self) -> set[int | None]:
        """Return the rows that another row mentions by name, which therefore show theirs."""
        mentioned: set[int | None] = set()
        for node in self._graph.nodes:
            mentioned.update(reading.node for reading in node.starts)
            if len(node.reads) > 1:
                mentioned.update(reading.node for reading in node.reads)
        return mentioned
