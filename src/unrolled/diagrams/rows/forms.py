"""How each node is drawn: as steps, as a vector or as a box, and what its axes mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from unrolled.diagrams.rows.axis_words import (
    moves_steps,
    name_axes,
    name_input,
    name_output,
    name_rearranged,
)
from unrolled.diagrams.rows.graph import Graph, Node
from unrolled.diagrams.rows.parts import Axis
from unrolled.diagrams.rows.readers import Readers
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
_TURNED = {"Permute", "Transpose"}


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
    for node in graph.nodes:
        below = [forms[key] for key in node.below]
        forms[node.key] = _Reader(trace, readers, node, below).read()
    return forms


def _form_with_time(kind: Kind, axes: tuple[Axis, ...]) -> Form:
    """Return a form whose second axis is time."""
    timesteps, _ = axes[1]
    return Form(kind, axes, timesteps, returns_steps=True)


@dataclass(frozen=True)
class _Reader:
    """Reads the form of one node. below: the forms of what it reads, as far as they are known."""

    trace: Trace
    readers: Readers
    node: Node
    below: Sequence[Form]

    def read(self) -> Form:
        """Return the form of the node."""
        call = self.node.call
        match self.node.role:
            case "input":
                return self._form_of_input(call)
            case "output":
                return _form_of_output(call.outputs[0])
            case "more" if call.outputs:
                # the axes of each of the calls that are left out
                is_timed = getattr(call, "return_sequences", False)
                axes = self._name(call.outputs[0], is_timed=is_timed)
                return Form("box", axes)
            case "further" if _is_attention(call, self.node.number):
                return _form_of_attention(call.outputs[self.node.number])
        if not call.outputs:
            return Form("box", ())
        return self._form_of_call(call, call.outputs[self.node.number])

    def _form_of_input(self, call: LayerCall) -> Form:
        array = call.outputs[0]
        if array.ndim > MOST_AXES:
            return Form("box", name_axes(array.shape, ()))
        axes = name_input(self.trace, call, self.readers)
        if array.dtype.kind not in _NUMBERS:
            return Form("box", axes)
        words = [word for _, word in axes]
        if "timesteps" in words:
            return _form_with_time("input", axes)
        return Form("input", axes)

    def _form_of_call(self, call: LayerCall, array: Array) -> Form:
        """Return the form of what a call returns."""
        if self.node.role == "call" and is_drawn_as_cells(call):
            recurrent = as_recurrent(call)
            is_timed = recurrent.return_sequences
            return Form(
                "recurrent",
                self._name(array, is_timed=is_timed),
                timesteps=recurrent.h.shape[1],
                returns_steps=is_timed,
            )
        is_drawable = array.ndim in range(1, MOST_AXES + 1)
        if is_drawable and not is_channels_first(call):
            if self._has_time(array):
                axes = self._name(array, is_timed=True)
                return _form_with_time("steps", axes)
            if self._is_vector(array):
                axes = self._name(array, is_timed=False)
                return Form("vector", axes)
        sources = [form.axes for form in self.below]
        return Form("box", name_rearranged(call, array, sources))

    def _name(self, array: Array, *, is_timed: bool) -> tuple[Axis, ...]:
        sources = [form.axes for form in self.below]
        return name_output(self.node.call, array, sources, is_timed=is_timed)

    def _is_vector(self, array: Array) -> bool:
        """Return whether an array without time is drawn: a vector, or a map."""
        # whatever has four axes is drawn as a map
        if array.ndim in (1, 2, 4) or isinstance(self.node.call, RecurrentCall):
            return True
        # of other arrays the rows are known where what they are made of has them
        second_axes = [
            form.axes[1] for form in self.below if len(form.axes) == array.ndim
        ]
        return "rows" in [word for _, word in second_axes]

    def _has_time(self, array: Array) -> bool:
        """Return whether the second axis of an array that a call returns is time."""
        call = self.node.call
        if array.ndim < 3:
            return self._holds_ids(array)
        if isinstance(call, RecurrentCall):
            return call.return_sequences
        if "2D" in call.layer_class:
            # its second axis holds the rows of a map
            return False
        # attention ends in the steps of its query, whatever it reads
        if array.ndim == 3 and call.attention is not None:
            return True
        if call.facts.rearranges:
            # what it reads says nothing of its axes, but those who read it do
            return self._is_forecast(array) or self.readers.read_as_time(call)
        if "1D" in call.layer_class:
            # it goes along the second axis, which is time unless that is known to be another one
            return not any(map(_is_timeless, self.below))
        return self._keeps_time(array) or self._makes_time(array)

    def _holds_ids(self, array: Array) -> bool:
        """Return whether a call makes ids that are looked up step by step."""
        if array.ndim != 2 or array.dtype.kind not in "iu":
            return False
        readers = self.readers.of(self.node.call)
        return any(reader.facts.reads_ids for reader in readers)

    def _is_forecast(self, array: Array) -> bool:
        """Return whether a call brings the output of the model into the shape of steps."""
        call = self.node.call
        if call.layer_class != "Reshape" or array.ndim != 3:
            return False
        return call in self.trace.output_sources

    def _keeps_time(self, array: Array) -> bool:
        """Return whether a call has the time axis of what it reads."""
        lengths = [form.timesteps for form in self.below if form.returns_steps]
        if array.shape[1] in lengths:
            return True
        # with strides or a cut it is another length, and the run has shown which steps it reads
        return bool(lengths) and moves_steps(self.node.call, self.node.number)

    def _makes_time(self, array: Array) -> bool:
        """Return whether a call begins a time axis: by its class, or as those who read it say."""
        call = self.node.call
        # five and six axes are drawn as maps over time
        if array.ndim > 4 or self.readers.read_as_time(call):
            return True
        # behind a Permute the second axis is another one
        readers = {reader.layer_class for reader in self.readers.of(call)}
        return call.facts.makes_time and _TURNED.isdisjoint(readers)


def _form_of_output(array: Array) -> Form:
    """Return the form of an output of the model that no layer made."""
    kind, words = _OUTPUTS.get(array.ndim, _OTHER_OUTPUT)
    axes = name_axes(array.shape, words)
    if kind == "steps":
        return _form_with_time(kind, axes)
    return Form(kind, axes)


def _is_attention(call: LayerCall, number: int) -> bool:
    """Return whether an output of a call is its attention weights."""
    if call.attention is None:
        return False
    return call.attention.shape == call.outputs[number].shape


def _form_of_attention(weights: Array) -> Form:
    """Return the form of attention weights that a call returns as an output of their own."""
    words = ["batch", "timesteps", "timesteps"]
    if weights.ndim == 3:
        return Form("vector", name_axes(weights.shape, words))
    words.insert(1, "heads")
    return Form("box", name_axes(weights.shape, words))


def _is_timeless(form: Form) -> bool:
    """Return whether a form has more axes than batch and features, and none of them is time."""
    return not form.returns_steps and len(form.axes) > 2
