"""What each row is called: its caption, its name in a sentence, how the words begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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
from unrolled.traces.layer_calls import LayerCall
from unrolled.traces.trace import Trace


@dataclass(frozen=True)
class RowName:
    """What a row is called.

    Attributes
    ----------
    caption : Caption
        The title and the lines under it.
    name : str
        What it is called in a sentence; empty for what no layer made.
    subject : str
        How the words begin.
    """

    caption: Caption
    name: str
    subject: str

    @property
    def short(self) -> str:
        """What stands where a state begins that comes from the row."""
        return self.name or self.caption.title


class Names:
    """The names of all rows of a picture. of: the name of a row, by its key."""

    def __init__(
        self, graph: Graph, forms: Mapping[int, Form], trace: Trace
    ) -> None:
        self._graph = graph
        self._trace = trace
        self._mentioned = _find_mentioned(graph)
        self.of: dict[int, RowName] = {}
        for node in graph.nodes:
            form = forms[node.key]
            self.of[node.key] = self._name(node, form)

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

    def _name(self, node: Node, form: Form) -> RowName:
        call = node.call
        layer = f"layer {call.path!r}"
        match node.role:
            case "input":
                caption = write_input_caption(self._trace, call)
                name = call.layer_name
                if len(self._trace.inputs) == 1:
                    name = "the input"
                return RowName(caption, name, subject=caption.title)
            case "call":
                caption = write_caption(call, form.kind)
                subject = f"{call.constructor}, {layer}"
                return RowName(caption, _name_call(call), subject)
            case "further":
                title = f"output {node.number} of {call.layer_name}"
                subject = f"{title}, {layer}"
                return RowName(Caption(title), _name_call(call), subject)
            case "more":
                name = f"{node.left_out} more calls of {call.layer_name}"
                title = f"… {name}"
                caption = Caption(title, ("same layer, same weights",))
                return RowName(caption, name, subject=f"{title}, {layer}")
            case "output":
                title = "Output"
                made_from = self._trace.outputs_made_from[node.number]
                caption = Caption(title, (describe_provenance(made_from),))
                return RowName(caption, name="", subject=title)


def _name_call(call: LayerCall) -> str:
    """Return the name of a layer, with the number of the call if it is not the first one."""
    if call.number == 0:
        return call.layer_name
    return f"{call.layer_name} (call {call.number + 1})"


def _find_mentioned(graph: Graph) -> set[int]:
    """Return the rows that another row mentions by name, which therefore show theirs."""
    mentioned: set[int] = set()
    for node in graph.nodes:
        mentioned.update(node.states_from)
        if len(node.reads) > 1:
            mentioned.update(node.below)
    return mentioned
