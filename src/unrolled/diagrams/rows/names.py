"""What each row is called: its caption, its name in a sentence, how the words begin."""

from __future__ import annotations

from collections.abc import Mapping

from unrolled.diagrams.rows.captions import (
    Caption,
    describe_provenance,
    has_chosen_name,
    write_caption,
    write_input_caption,
)
from unrolled.diagrams.rows.forms import Form
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
    """

    def __init__(
        self, graph: Graph, forms: Mapping[int, Form], trace: Trace
    ) -> None:
        self._graph = graph
        self._trace = trace
        self._mentioned = _find_mentioned(graph)
        self.captions: dict[int, Caption] = {}
        self.names: dict[int, str] = {}
        self.begins: dict[int, str] = {}
        for node in graph.nodes:
            caption = self._caption(node, forms[node.key])
            name = self._name(node)
            self.captions[node.key] = caption
            self.names[node.key] = name
            self.begins[node.key] = name or caption.title

    def whole_outputs(self, node: Node) -> list[int]:
        """Return the outputs of the model that a row shows, without those that are final states."""
        shown = (node.key, 0)
        outputs = enumerate(self._graph.outputs)
        return [number for number, output in outputs if output == shown]

    def output_text(self, number: int) -> str:
        """Return how an output of the model is called."""
        paths = self._trace.output_paths
        if len(self._trace.outputs) == 1:
            return "the model's output"
        return f"the model's output {called(paths[number]) or number}"

    def labels_title(self, number: int) -> str:
        """Return the title of the labels of an output."""
        names = self._trace.output_names
        if len(names) < 2:
            return "Labels y"
        name = names[number]
        if names.count(name) > 1:
            name = f"output {number}"
        return f"Labels y for {name}"

    def name_lines(self, node: Node) -> list[str]:
        """Return the line with the name of a layer, if it was chosen or others mention it."""
        name = node.call.layer_name
        line = [f"name={name!r}"]
        if not name:
            return []
        if node.role == "call" and has_chosen_name(node.call):
            return line
        if node.role != "input" and node.key in self._mentioned:
            return line
        if len(self._trace.outputs) > 1 and self.whole_outputs(node):
            return line
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
        match node.role:
            case "input":
                return write_input_caption(self._trace, call)
            case "call":
                return write_caption(call, form.kind)
            case "further":
                return Caption(f"output {node.number} of {call.layer_name}")
            case "more":
                title = f"… {node.left_out} more calls of {call.layer_name}"
                return Caption(title, ("same layer, same weights",))
            case "output":
                made_from = self._trace.outputs_made_from[node.number]
                return Caption("Output", (describe_provenance(made_from),))

    def _name(self, node: Node) -> str:
        """Return what a row is called in a sentence: its layer, with the number of the call."""
        name = node.call.layer_name
        if node.role == "input" and len(self._trace.inputs) == 1:
            return "the input"
        if node.role == "more":
            return f"{node.left_out} more calls of {name}"
        if node.call.number > 0:
            return f"{name} (call {node.call.number + 1})"
        return name


def _find_mentioned(graph: Graph) -> set[int]:
    """Return the rows that another row mentions by name, which therefore show theirs."""
    mentioned: set[int] = set()
    for node in graph.nodes:
        mentioned.update(node.states_from)
        if len(node.reads) > 1:
            mentioned.update(node.below)
    return mentioned
