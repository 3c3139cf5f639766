"""What each row is called: its caption, its name in a sentence, how the words begin."""

from __future__ import annotations

from collections import defaultdict
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
        if self.name:
            return self.name
        # an output of the model that no layer made
        return self.caption.title


class Names:
    """The names of all rows of a picture. of: the name of a row, by its key."""

    def __init__(
        self, graph: Graph, forms: Mapping[int, Form], trace: Trace
    ) -> None:
        self._trace = trace
        # the rows that another row mentions by name, which therefore show theirs
        self._mentioned: set[int] = set()
        # the outputs of the model by the row that shows them, and the part of it
        self._outputs: defaultdict[tuple[int, int], list[int]] = defaultdict(
            list
        )
        for number, place in enumerate(graph.outputs):
            self._outputs[place].append(number)
        self.of: dict[int, RowName] = {}
        for node in graph.nodes:
            self._mentioned.update(node.states_from)
            if len(node.reads) > 1:
                # of a single source the arrow tells enough
                self._mentioned.update(node.below)
            form = forms[node.key]
            self.of[node.key] = self._name(node, form)

    def whole_outputs(self, node: Node) -> list[int]:
        """Return the outputs of the model that a row shows, without those that are final states."""
        return self._outputs[node.key, 0]

    def output_text(self, number: int) -> str:
        """Return how an output of the model is called."""
        output = "the model's output"
        if len(self._trace.outputs) == 1:
            return output
        path = self._trace.output_paths[number]
        # where no key of a dict leads to it, it is called by its number
        name = called(path) or number
        return f"{output} {name}"

    def labels_title(self, number: int) -> str:
        """Return the title of the labels of an output."""
        names = self._trace.output_names
        if len(names) < 2:
            return "Labels y"
        name = names[number]
        if names.count(name) > 1:
            # one layer makes several outputs
            name = f"output {number}"
        return f"Labels y for {name}"

    def name_lines(self, node: Node) -> list[str]:
        """Return the line with the name of a layer, if it was chosen or others mention it."""
        call = node.call
        name = call.layer_name
        line = [f"name={name!r}"]
        if not name:
            # no layer made it
            return []
        # a name that Keras made of the class says nothing that the title does not say
        is_chosen = node.role == "call" and has_chosen_name(call)
        if is_chosen:
            return line
        is_mentioned = node.key in self._mentioned
        if is_mentioned and node.role != "input":
            # the title of an input is its name already
            return line
        if len(self._trace.outputs) == 1:
            return []
        if self.whole_outputs(node):
            # labels above several outputs are named after the layers that make these
            return line
        return []

    def _name(self, node: Node, form: Form) -> RowName:
        call = node.call
        layer = f"layer {call.path!r}"
        match node.role:
            case "input":
                return self._name_input(call)
            case "call":
                caption = write_caption(call, form.kind)
                return RowName(
                    caption,
                    name=_name_call(call),
                    subject=f"{call.constructor}, {layer}",
                )
            case "further":
                title = f"output {node.number} of {call.layer_name}"
                return RowName(
                    Caption(title),
                    name=_name_call(call),
                    subject=f"{title}, {layer}",
                )
            case "more":
                name = f"{node.left_out} more calls of {call.layer_name}"
                title = f"… {name}"
                return RowName(
                    Caption(title, details=("same layer, same weights",)),
                    name=name,
                    subject=f"{title}, {layer}",
                )
            case _:
                # an output of the model that no layer made
                made_from = self._trace.outputs_made_from[node.number]
                origin = describe_provenance(made_from)
                return RowName(
                    Caption("Output", details=(origin,)),
                    name="",
                    subject="Output",
                )

    def _name_input(self, call: LayerCall) -> RowName:
        caption = write_input_caption(self._trace, call)
        name = call.layer_name
        if len(self._trace.inputs) == 1:
            # a single one needs no name to be told from others
            name = "the input"
        return RowName(caption, name, subject=caption.title)


def _name_call(call: LayerCall) -> str:
    """Return the name of a layer, with the number of the call if it is not the first one."""
    if call.number == 0:
        return call.layer_name
    # calls are counted from 0, people count from 1
    place = call.number + 1
    return f"{call.layer_name} (call {place})"
