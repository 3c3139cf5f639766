"""How each node is drawn: as steps, as a vector or as a box, and what its axes mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from unrolled.diagrams.rows.axis_words import (
    name_axes,
    name_input,
    name_output,
    name_rearranged,
)
from unrolled.diagrams.rows.graph import Graph, Node
from unrolled.diagrams.rows.parts import Axis
from unrolled.diagrams.rows.readers import Readers
from unrolled.diagrams.rows.time_axes import has_time
from unrolled.diagrams.rows.visibility import (
    MOST_AXES,
    as_recurrent,
    is_channels_first,
    is_drawn_as_cells,
)
from unrolled.traces.cells import Array
from unrolled.traces.layer_calls import LayerCall
from unrolled.traces.recurrent_calls import RecurrentCall
from unrolled.traces.trace import Trace

Kind = Literal["input", "recurrent", "steps", "vector", "box"]

_NUMBERS = "fiub"  # the kinds of dtypes whose values are drawn
# of an output of the model that no layer made, by how many axes it has
_OUTPUTS: Mapping[int, tuple[Kind, tuple[str, ...]]] = {
    1: ("vector", ("batch",)),
    2: ("vector", ("batch", "features")),
    3: ("steps", ("batch", "timesteps", "features")),
}
_OTHER_OUTPUT: tuple[Kind, tuple[str, ...]] = ("box", ("batch",))
# of attention weights, by how many axes they have; without heads they are drawn as a map
_ATTENTION: Mapping[int, tuple[Kind, tuple[str, ...]]] = {
    3: ("vector", ("batch", "timesteps", "timesteps")),
}
_OTHER_ATTENTION: tuple[Kind, tuple[str, ...]] = (
    "box",
    ("batch", "heads", "timesteps", "timesteps"),
)
_DRAWABLE = range(1, MOST_AXES + 1)  # how many axes an array has with columns


@dataclass(frozen=True)
class Form:
    """How a node is drawn, and what the axes of its array mean.

    Attributes
    ----------
    kind : str
        ``input``, ``recurrent``, ``steps`` (a column for each timestep), ``vector`` (one for each
        sample), or ``box`` (nothing but a shape).
    axes : tuple of (int, str)
        Each size with its word.
    timesteps : int or None
        Of what it reads if recurrent, else of what it holds.
    returns_steps : bool
        Whether what it passes on has a time axis.
    """

    kind: Kind
    axes: tuple[Axis, ...]
    timesteps: int | None = None
    returns_steps: bool = False


def read_forms(graph: Graph, trace: Trace) -> dict[int, Form]:
    """Return the form of every node, by its key."""
    readers = Readers(trace)
    forms: dict[int, Form] = {}
    # nodes come from the bottom up, so that the forms of what one reads are known
    for node in graph.nodes:
        below = list(map(forms.__getitem__, node.below))
        sources = [form.axes for form in below]
        reader = _Reader(node, readers, below, sources)
        forms[node.key] = reader.read()
    return forms


def _form_with_time(kind: Kind, axes: tuple[Axis, ...]) -> Form:
    """Return a form whose second axis is time."""
    timesteps, _ = axes[1]
    return Form(kind, axes, timesteps, returns_steps=True)


@dataclass(frozen=True)
class _Reader:
    """Reads the form of one node.

    below: the forms of what it reads, as far as they are known. sources: their axes.
    """

    node: Node
    readers: Readers
    below: Sequence[Form]
    sources: Sequence[tuple[Axis, ...]]

    def read(self) -> Form:
        """Return the form of the node."""
        call = self.node.call
        if not call.outputs:
            # a layer that returns nothing, or nothing that is an array
            return Form("box", ())
        match self.node.role:
            case "input":
                return self._form_of_input(call)
            case "output":
                return _form_of_output(call.outputs[0])
            case "more":
                # the axes of each of the calls that are left out
                is_timed = getattr(call, "return_sequences", False)
                array = call.outputs[0]
                axes = name_output(call, array, self.sources, is_timed=is_timed)
                return Form("box", axes)
            case "further" if _is_attention(call, self.node.number):
                weights = call.outputs[self.node.number]
                return _form_of_attention(weights)
            case _:
                array = call.outputs[self.node.number]
                return self._form_of_call(call, array)

    def _form_of_input(self, call: LayerCall) -> Form:
        array = call.outputs[0]
        if array.ndim > MOST_AXES:
            # nobody knows what so many axes mean
            nameless = name_axes(array.shape, ())
            return Form("box", nameless)
        axes = name_input(call, self.readers)
        if array.dtype.kind not in _NUMBERS:
            # a text has no place in a column
            return Form("box", axes)
        _, words = zip(*axes, strict=True)
        # without timesteps it is a vector or a map of each sample
        if "timesteps" in words:
            return _form_with_time("input", axes)
        return Form("input", axes)

    def _form_of_call(self, call: LayerCall, array: Array) -> Form:
        """Return the form of what a call returns."""
        if is_drawn_as_cells(call):
            recurrent = as_recurrent(call)
            is_timed = recurrent.return_sequences
            axes = name_output(call, array, self.sources, is_timed=is_timed)
            # it has a column for each step that it reads, also where it returns the last one alone
            steps_read = recurrent.h.shape[1]
            return Form(
                "recurrent",
                axes,
                timesteps=steps_read,
                returns_steps=is_timed,
            )
        # maps are drawn with their channels last
        has_place = array.ndim in _DRAWABLE and not is_channels_first(call)
        if has_place:
            if self._has_time():
                axes = name_output(call, array, self.sources, is_timed=True)
                return _form_with_time("steps", axes)
            if self._is_vector(array):
                axes = name_output(call, array, self.sources, is_timed=False)
                return Form("vector", axes)
        # its shape is all that can be said of it
        axes = name_rearranged(call, array, self.sources)
        return Form("box", axes)

    def _has_time(self) -> bool:
        """Return whether the second axis of what the node shows is time."""
        # of what it reads: how many steps there are, and whether something is a map without steps
        lengths = []
        reads_map = False
        for form in self.below:
            if form.returns_steps:
                lengths.append(form.timesteps)
            elif len(form.axes) > 2:
                # more axes than batch and features, and none of them is time
                reads_map = True
        return has_time(
            self.node.call,
            self.node.number,
            self.readers,
            lengths=lengths,
            reads_map=reads_map,
        )

    def _is_vector(self, array: Array) -> bool:
        """Return whether an array without time is drawn: a vector, or a map."""
        if isinstance(self.node.call, RecurrentCall):
            # its last step, or a final state, of however many axes
            return True
        if array.ndim in (1, 2, 4):
            # whatever has four axes is drawn as a map
            return True
        # of other arrays the rows are known where what they are made of has them
        for axes in self.sources:
            if len(axes) != array.ndim:
                # other axes are left of it, or came in
                continue
            _, second_word = axes[1]
            if second_word == "rows":
                return True
        return False


def _form_of_output(array: Array) -> Form:
    """Return the form of an output of the model that no layer made."""
    kind, words = _OUTPUTS.get(array.ndim, _OTHER_OUTPUT)
    axes = name_axes(array.shape, words)
    if kind == "steps":
        return _form_with_time(kind, axes)
    return Form(kind, axes)


def _is_attention(call: LayerCall, number: int) -> bool:
    """Return whether an output of a call is its attention weights."""
    weights = call.attention
    if weights is None:
        return False
    output = call.outputs[number]
    # what it attends to has other axes, so that the shape tells them apart
    return weights.shape == output.shape


def _form_of_attention(weights: Array) -> Form:
    """Return the form of attention weights that a call returns as an output of their own."""
    kind, words = _ATTENTION.get(weights.ndim, _OTHER_ATTENTION)
    axes = name_axes(weights.shape, words)
    return Form(kind, axes)
